package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.SharedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What is told to those who ask for what cannot be: each mistake has its own clear word. */
@TestInstance(Lifecycle.PER_CLASS)
class ErrorsSystemTest {

    private final FakeNode echo = FakeNode.echo();
    private final FakeNode hanging = FakeNode.start(seen -> new Reply.Hang());
    private final FakeNode gone = FakeNode.echo();
    private Fleet fleet;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        gone.stop();
        var file =
                new NodesYaml()
                        .node("e-echo", "default", echo, 600_000, 60_000_000_000L, 8)
                        .node("e-hang", "full", hanging, 60, 60_000_000_000L, 1)
                        .node("e-hang-b", "fat", hanging, 600_000, 60_000_000_000L, 1)
                        .node("e-small", "small", echo, 600_000, 1_000, 1)
                        .node("e-late", "late", hanging, 600_000, 60_000_000_000L, 8)
                        .in(dir);
        var environment =
                Map.of(
                        "LB_MAX_BODY_BYTES", "100000",
                        "QUEUE_POOLS_FULL_MAX_DRAIN_SECONDS", "5",
                        "QUEUE_POOLS_FAT_MAX_BYTES", "200000",
                        "WORKER_REQUEST_TIMEOUT_MS", "500",
                        "WORKER_MAX_ATTEMPTS", "1",
                        "WORKER_LARGEST_BODY_BYTES", "0",
                        "WORKER_DRAIN_SECONDS", "1");
        fleet = Fleet.start(SharedBroker.bootstrapServers(), file, environment);
    }

    @AfterAll
    void stop() {
        fleet.close();
        List.of(echo, hanging, gone).forEach(FakeNode::close);
    }

    @Test
    void aFullQueueSaysSoAndWhenToComeAgain() {
        await().untilAsserted(
                        () -> assertThat(refusedAtLast("full", "x")).contains("max-drain-seconds"));
        await().untilAsserted(
                        () ->
                                assertThat(refusedAtLast("fat", "x".repeat(20_000)))
                                        .contains("bytes"));
        // the others are not full
        assertThat(post("/", "x").statusCode()).isEqualTo(202);
    }

    /** Which limit a pool's queue is refused for; empty while it takes more. */
    private String refusedAtLast(String pool, String body) {
        var answer = post("/queue/" + pool + "/", body);
        if (answer.statusCode() == 202) {
            return "";
        }
        assertThat(problem(answer, 429)).isEqualTo("queue_full");
        assertThat(Integer.parseInt(Client.header(answer, "Retry-After"))).isBetween(1, 3_600);
        return Client.json(answer).path("limit").asString();
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWhole() {
        int before = echo.count();
        assertThat(problem(post("/", "x".repeat(100_001)), 413)).isEqualTo("body_too_large");
        assertThat(problem(post("/queue/small/", "x".repeat(1_001)), 413))
                .isEqualTo("body_too_large");
        var fits = post("/", "x".repeat(100_000), "Prefer", "wait=30");
        assertThat(fits.statusCode()).as(() -> Client.text(fits)).isEqualTo(200);
        assertThat(echo.count()).isEqualTo(before + 1);
    }

    @Test
    void idsThatAreNoneAreToldApartFromIdsThatAreUnknown() {
        for (String id : List.of("x", "default.n3", "default.n3.1027.!", "..%2f..", "a.b.c.d")) {
            assertThat(problem(get("/requests/" + id), 400)).as(id).isEqualTo("bad_request_id");
            assertThat(problem(get("/requests/" + id + "/response"), 400)).as(id).isNotEmpty();
        }
        String real = fleet.ingress().queue("/", "real");
        fleet.ingress().response(real, 30);
        String otherNonce = real.substring(0, real.lastIndexOf('.')) + ".0000000000000";
        String beyond = real.replaceFirst("(\\.n\\d+\\.)\\d+", "$1999999999");
        String otherPool = "nosuch" + real.substring("default".length());
        for (String id : List.of(otherNonce, beyond, otherPool)) {
            assertThat(problem(get("/requests/" + id), 404)).as(id).isEqualTo("unknown_request");
            assertThat(problem(get("/requests/" + id + "/response?wait=1"), 404))
                    .as(id)
                    .isEqualTo("unknown_request");
        }
        for (String wait : List.of("-1", "x", "", "1.5", "99999999999")) {
            assertThat(problem(get("/requests/" + real + "?wait=" + wait), 400))
                    .isEqualTo("bad_wait");
        }
    }

    @Test
    void poolsPathsAndMethodsThatAreNot() {
        assertThat(problem(post("/queue/nosuch/x", "x"), 404)).isEqualTo("unknown_pool");
        assertThat(problem(post("/queue/No%20Such/x", "x"), 404)).isEqualTo("unknown_pool");
        assertThat(problem(post("/queue/", "x"), 404)).isEqualTo("unknown_pool");
        assertThat(problem(post("/queue/default/%2e%2e/x", "x"), 400)).isEqualTo("bad_path");
        String id = fleet.ingress().queue("/", "real");
        var delete = fleet.ingress().send("DELETE", "/requests/" + id, "");
        assertThat(problem(delete, 405)).isNotEmpty();
        assertThat(Client.header(delete, "Allow")).contains("GET").doesNotContain("DELETE");
        var put = fleet.ingress().send("PUT", "/lb-health", "");
        assertThat(problem(put, 405)).isNotEmpty();
        assertThat(Client.header(put, "Allow")).contains("GET");
    }

    @Test
    void fieldsThatCannotBeUnderstoodAreRefusedButPreferencesAreIgnored() {
        for (String deadline : List.of("-1", "soon", "", "1e3", "0", "99999999999")) {
            assertThat(problem(post("/", "x", "Sluice-Deadline", deadline), 400))
                    .as(deadline)
                    .isEqualTo("bad_deadline");
        }
        for (String priority : List.of("urgent", "", "1", "high, low")) {
            assertThat(problem(post("/", "x", "Sluice-Priority", priority), 400))
                    .as(priority)
                    .isEqualTo("bad_priority");
        }
        // RFC 7240, section 2: a preference that cannot be honoured is ignored
        for (String prefer : List.of("wait=-5", "wait=soon", "wait", "wait=0", ",;=\"")) {
            assertThat(post("/", "x", "Prefer", prefer).statusCode()).as(prefer).isEqualTo(202);
        }
    }

    @Test
    void aNodeThatNeverAnswersIsA504() {
        var answer = post("/queue/late/", "x", "Prefer", "wait=30");
        assertThat(problem(answer, 504)).isEqualTo("node_timeout");
        String id = Client.header(answer, "Sluice-Request-Id");
        assertThat(fleet.ingress().state(id, 0).path("status").asString()).isEqualTo("failed");
        assertThat(problem(fleet.ingress().response(id, 0), 504)).isEqualTo("node_timeout");
    }

    @Test
    void aNodesFileWithFiveMistakesIsToldAllFive(@TempDir Path dir) throws IOException {
        var file =
                Files.writeString(
                        dir.resolve("nodes.yaml"),
                        """
                        nodes:
                          - {id: "no good", url: "http://h:1", rpm: 1, bpm: 1, max_in_flight: 1}
                          - {id: b, url: "ftp://h:1", rpm: 1, bpm: 1, max_in_flight: 1}
                          - {id: c, url: "http://h:1", rpm: 0, bpm: 1, max_in_flight: 1}
                          - {id: d, url: "http://h:1", rpm: 1, bpm: 1}
                          - {id: e, url: "http://h:1", rpm: 1, bpm: 1, max_in_flight: 1, rps: 1}
                        """);
        try (var up = UpProcess.start(dir, Map.of(), "--nodes", file.toString())) {
            assertThat(up.exitCode()).as(up::output).isIn(1, 2);
            assertThat(up.output())
                    .contains("no good", "ftp://h:1", "rpm must be", "max_in_flight is missing")
                    .contains("unknown key 'rps'")
                    .doesNotContain("Exception", "\tat ");
        }
    }

    @Test
    void aPortThatIsTakenIsNamedWithItsVariable(@TempDir Path dir) throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            var environment = Map.of("WORKER_PORT", port);
            try (var up = UpProcess.start(dir, environment, "--no-demo-nodes")) {
                assertThat(up.exitCode()).as(up::output).isEqualTo(1);
                assertThat(up.output())
                        .contains(port, "WORKER_PORT")
                        .doesNotContain("Exception", "\tat ");
            }
        }
    }

    @Test
    void settingsThatAreWrongAreAllTold(@TempDir Path dir) {
        var environment =
                Map.of(
                        "LB_PRT", "1",
                        "WORKER_COUNT", "many",
                        "QUEUE_MAX_BYTES", "-1",
                        "KAFKA_NOSUCH_SETTING", "1");
        try (var up = UpProcess.start(dir, environment)) {
            assertThat(up.exitCode()).as(up::output).isEqualTo(2);
            assertThat(up.output())
                    .contains("LB_PRT", "WORKER_COUNT", "QUEUE_MAX_BYTES", "nosuch.setting")
                    .doesNotContain("Exception", "\tat ");
        }
    }

    private HttpResponse<byte[]> get(String path) {
        return fleet.ingress().get(path);
    }

    private HttpResponse<byte[]> post(String path, String body, String... headers) {
        return fleet.ingress().send("POST", path, body, headers);
    }

    /** The last word of the problem's type; the answer is a problem with this status. */
    private static String problem(HttpResponse<byte[]> answer, int status) {
        assertThat(answer.statusCode()).as(() -> Client.text(answer)).isEqualTo(status);
        assertThat(Client.header(answer, "Content-Type")).startsWith("application/problem+json");
        assertThat(Client.json(answer).path("status").asInt()).isEqualTo(status);
        String type = Client.json(answer).path("type").asString();
        return type.substring(type.lastIndexOf(':') + 1);
    }
}
