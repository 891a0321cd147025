package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.SharedBroker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The description that the ingress serves says what the services really answer. */
@TestInstance(Lifecycle.PER_CLASS)
class OpenApiSystemTest {

    private static final String TOKEN = "a-token-for-changes-0123456789abcdef";
    private static final String NODE =
            "{\"pool\": \"extra\", \"url\": \"http://127.0.0.1:1\", \"rpm\": 60,"
                    + " \"bpm\": 1000, \"max_in_flight\": 1}";

    private final FakeNode node =
            FakeNode.start(seen -> Reply.status(seen.target().equals("/teapot") ? 418 : 200));
    private final FakeNode hanging = FakeNode.start(seen -> new Reply.Hang());
    private Fleet fleet;
    private OpenApi api;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        var file =
                new NodesYaml()
                        .node("o-default", "default", node, 600_000, 60_000_000_000L, 8)
                        .node("o-full", "full", hanging, 60, 60_000_000_000L, 1)
                        .node("o-late", "late", hanging, 600_000, 60_000_000_000L, 8)
                        .in(dir);
        fleet =
                Fleet.start(
                        SharedBroker.bootstrapServers(),
                        file,
                        Map.of(
                                "LB_MAX_BODY_BYTES", "1000",
                                "QUEUE_POOLS_FULL_MAX_DRAIN_SECONDS", "5",
                                "WORKER_REQUEST_TIMEOUT_MS", "6000",
                                "WORKER_MAX_ATTEMPTS", "1",
                                "WORKER_LARGEST_BODY_BYTES", "0",
                                "WORKER_DRAIN_SECONDS", "1",
                                "API_GATEWAY_URL", "http://127.0.0.1:1",
                                "SLUICE_ADMIN_TOKEN", TOKEN));
        api = new OpenApi(Client.json(fleet.ingress().get("/openapi.json")));
    }

    @AfterAll
    void stop() {
        fleet.close();
        node.close();
        hanging.close();
    }

    @Test
    void everyOperationAnswersAsItIsDescribed() {
        assertThat(api.brokenReferences()).isEmpty();
        queue();
        requests();
        operation();
        nodes();
        replays();

        // server-sent events have no end, and are tested where they are made
        var unseen = new TreeSet<>(api.operations());
        unseen.removeAll(api.seen());
        assertThat(unseen).containsExactly("get /stats/stream");
    }

    private void queue() {
        Client ingress = fleet.ingress();
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
            see(202, ingress.send(method, "/queue/default/a/b?c=d", ""));
        }
        see(202, ingress.send("POST", "/", "x"));
        see(200, ingress.send("POST", "/", "x", "Prefer", "wait=20"));
        see(418, ingress.send("POST", "/queue/default/teapot", "x", "Prefer", "wait=20"));
        see(504, ingress.send("POST", "/queue/late/x", "x", "Prefer", "wait=20"));
        see(400, ingress.send("POST", "/", "x", "Sluice-Priority", "urgent"));
        see(400, ingress.send("POST", "/", "x", "Sluice-Deadline", "soon"));
        see(404, ingress.send("POST", "/queue/nobody/x", "x"));
        see(413, ingress.send("POST", "/", "x".repeat(1_001)));
        see(202, ingress.send("POST", "/", "one", "Idempotency-Key", "k1"));
        see(422, ingress.send("POST", "/", "two", "Idempotency-Key", "k1"));
        HttpResponse<byte[]> full = ingress.send("POST", "/queue/full/x", "x");
        for (int i = 0; i < 50 && full.statusCode() == 202; i++) {
            full = ingress.send("POST", "/queue/full/x", "x");
        }
        see(429, full);
    }

    private void requests() {
        Client ingress = fleet.ingress();
        String done = ingress.queue("/queue/default/x", "x");
        see(200, ingress.get("/requests/" + done + "?wait=20"));
        see(200, ingress.get("/requests/" + done + "/response"));
        String failed = ingress.queue("/queue/default/teapot", "x");
        see(200, ingress.get("/requests/" + failed + "?wait=20"));
        see(418, ingress.get("/requests/" + failed + "/response"));
        String late = ingress.queue("/queue/late/x", "x");
        see(409, ingress.get("/requests/" + late + "/response"));
        see(200, ingress.get("/requests/" + late));
        see(200, ingress.get("/requests/" + late + "?wait=20"));
        see(504, ingress.get("/requests/" + late + "/response"));
        see(400, ingress.get("/requests/nonsense"));
        see(400, ingress.get("/requests/" + done + "?wait=long"));
        see(404, ingress.get("/requests/default.n3.999999.0k3j9x0q2m7vd"));
    }

    private void operation() {
        Client ingress = fleet.ingress();
        see(200, ingress.get("/lb-health"));
        see(200, ingress.get("/lb-health?ready"));
        see(200, ingress.get("/lb-stats"));
        see(200, ingress.get("/openapi.json"));
        see(426, ingress.get("/api/ws-heartbeat"));
        see(502, ingress.get("/api/v1/users"));
        see(503, ingress.get("/blog/first"));
        see(200, fleet.statistics().get("/stats/schema"));
        see(200, fleet.statistics().get("/"));
        for (Client service : fleet.services()) {
            see(200, service.get("/stats"));
            see(200, service.get("/health"));
            see(200, service.get("/metrics"));
        }
    }

    private void nodes() {
        Client monitor = fleet.monitor();
        String bearer = "Bearer " + TOKEN;
        see(200, monitor.get("/nodes"));
        see(201, monitor.send("PUT", "/nodes/extra", NODE, "Authorization", bearer));
        see(200, monitor.send("PUT", "/nodes/extra", NODE, "Authorization", bearer));
        see(200, monitor.get("/nodes/extra"));
        see(400, monitor.send("PUT", "/nodes/extra", "no json", "Authorization", bearer));
        see(422, monitor.send("PUT", "/nodes/extra", "{\"rpm\": 0}", "Authorization", bearer));
        see(401, monitor.send("PUT", "/nodes/extra", NODE));
        see(204, monitor.send("DELETE", "/nodes/extra", "", "Authorization", bearer));
        see(404, monitor.send("DELETE", "/nodes/extra", "", "Authorization", bearer));
        see(404, monitor.get("/nodes/extra"));
    }

    private void replays() {
        Client ingress = fleet.ingress();
        String id = ingress.queue("/queue/default/again", "x");
        see(200, ingress.get("/requests/" + id + "?wait=20"));
        String chosen = "\"id\": \"%s\"".formatted(id);
        see(200, replays("POST", "", "{\"dry_run\": true, " + chosen + "}"));
        see(201, replays("POST", "", "{\"name\": \"r1\", \"rate\": \"5/s\", " + chosen + "}"));
        await().until(() -> Client.body(replays("GET", "/r1", "")).contains("\"done\""));
        see(200, replays("POST", "", "{\"name\": \"r1\", " + chosen + "}"));
        see(409, replays("POST", "", "{\"name\": \"r1\", \"pool\": \"default\"}"));
        see(400, replays("POST", "", "no json"));
        see(422, replays("POST", "", "{\"pool\": \"default\", \"stauts\": \"failed\"}"));
        see(422, replays("POST", "", "{\"pool\": \"nobody\"}"));
        see(200, replays("GET", "", ""));
        see(200, replays("GET", "/r1", ""));
        see(404, replays("GET", "/never", ""));
        see(200, replays("POST", "/r1/pause", ""));
        see(200, replays("POST", "/r1/resume", ""));
        see(200, replays("DELETE", "/r1", ""));
        see(404, replays("POST", "/never/pause", ""));
        see(404, replays("POST", "/never/resume", ""));
        see(404, replays("DELETE", "/never", ""));
        see(401, ingress.get("/replays"));
    }

    private HttpResponse<byte[]> replays(String method, String path, String body) {
        return fleet.ingress()
                .send(method, "/replays" + path, body, "Authorization", "Bearer " + TOKEN);
    }

    private void see(int status, HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode())
                .as(() -> answer.request() + " " + Client.text(answer))
                .isEqualTo(status);
        api.check(answer);
    }
}
