package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.SharedBroker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Replays over HTTP: by several ingresses, over restarts. */
@TestInstance(Lifecycle.PER_CLASS)
class ReplayHttpSystemTest {

    private static final String TOKEN = "a-token-for-replays-0123456789abcdef";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int REQUESTS = 150;

    private final FakeNode node = FakeNode.echo();
    private Fleet fleet;
    private List<String> ids = List.of();
    private String until = "";

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        var file = new NodesYaml().node("http", "http", node, 600_000, 60_000_000_000L, 8).in(dir);
        fleet =
                Fleet.start(
                        SharedBroker.bootstrapServers(),
                        file,
                        Map.of("WORKER_DRAIN_SECONDS", "1", "SLUICE_ADMIN_TOKEN", TOKEN));
        ids =
                Parallel.map(
                        8,
                        IntStream.range(0, REQUESTS).boxed().toList(),
                        i -> fleet.ingress().queue("/queue/http/" + i, "x"));
        ids.forEach(id -> fleet.ingress().state(id, 30));
        until = Instant.now().toString();
    }

    @AfterAll
    void stop() {
        fleet.close();
        node.close();
    }

    @Test
    void aReplayIsPausedAtAnotherIngressAndGoesOn() throws Exception {
        try (var other = fleet.anotherIngress()) {
            var second = new Client(other.url());
            assertThat(start("paused").statusCode()).isEqualTo(201);
            await().atMost(SOON).until(() -> sent("paused") >= 20);
            assertThat(call(second, "POST", "/replays/paused/resume", "").statusCode())
                    .isEqualTo(409);

            // 202 where its runner has not done so yet
            assertThat(call(second, "POST", "/replays/paused/pause", "").statusCode())
                    .isIn(200, 202);
            awaitState("paused", "paused");
            assertThat(sent("paused")).isBetween(20L, (long) REQUESTS - 1);
            assertThat(call(second, "POST", "/replays/paused/resume", "").statusCode())
                    .isEqualTo(200);
            awaitDone("paused");
        }
    }

    @Test
    void aReplayGoesOnByItselfAfterARestart() throws Exception {
        assertThat(start("restarted").statusCode()).isEqualTo(201);
        await().atMost(SOON).until(() -> sent("restarted") >= 20);

        fleet.restartIngress();

        assertThat(sent("restarted")).isBetween(20L, (long) REQUESTS - 1);
        awaitDone("restarted");
    }

    @Test
    void aReplayThatIsStoppedSendsNothingMore() {
        assertThat(start("stopped").statusCode()).isEqualTo(201);
        await().atMost(SOON).until(() -> sent("stopped") >= 10);

        assertThat(call(fleet.ingress(), "DELETE", "/replays/stopped", "").statusCode())
                .isIn(200, 202);
        awaitState("stopped", "stopped");

        long sent = sent("stopped");
        assertThat(sent).isBetween(10L, (long) REQUESTS - 1);
        assertThat(ReplayedInLog.originals("http", "stopped")).hasSize(Math.toIntExact(sent));
    }

    @Test
    void withoutTheTokenNothingIsShownOrStarted() {
        for (String method : List.of("GET", "POST")) {
            var refused = fleet.ingress().send(method, "/replays", "{\"pool\": \"http\"}");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(Client.header(refused, "WWW-Authenticate")).isEqualTo("Bearer");
        }
    }

    @Test
    void allThatIsWrongIsSaidAtOnceAndNothingIsStarted() {
        var refused =
                call(
                        fleet.ingress(),
                        "POST",
                        "/replays",
                        "{\"status\": \"odd\", \"rate\": \"fast\", \"sample\": \"0\"}");

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(Client.json(refused).path("problems")).hasSize(4);
    }

    private HttpResponse<byte[]> start(String name) {
        return call(
                fleet.ingress(),
                "POST",
                "/replays",
                "{\"name\": \"%s\", \"pool\": \"http\", \"to\": \"%s\", \"rate\": \"15/s\"}"
                        .formatted(name, until));
    }

    private long sent(String name) {
        return view(name).path("sent").asLong();
    }

    private JsonNode view(String name) {
        return Client.json(call(fleet.ingress(), "GET", "/replays/" + name, ""));
    }

    private void awaitState(String name, String state) {
        await().atMost(SOON)
                .untilAsserted(
                        () ->
                                assertThat(view(name).path("state").asString())
                                        .as(() -> view(name).toString())
                                        .isEqualTo(state));
    }

    private void awaitDone(String name) {
        awaitState(name, "done");
        assertThat(sent(name)).isEqualTo(REQUESTS);
        assertThat(replayedBy(name)).containsExactlyInAnyOrderElementsOf(ids);
    }

    /** The originals that reached the node by this replay, as the log's requests name them. */
    private List<String> replayedBy(String name) {
        await().atMost(SOON).until(() -> ReplayedInLog.originals("http", name).size() >= REQUESTS);
        List<String> originals = ReplayedInLog.originals("http", name);
        await().atMost(SOON)
                .until(
                        () ->
                                node.seen().stream()
                                        .map(seen -> seen.header("Sluice-Replay-Of"))
                                        .filter(Objects::nonNull)
                                        .toList()
                                        .containsAll(originals));
        return originals;
    }

    private static HttpResponse<byte[]> call(
            Client client, String method, String path, String body) {
        return client.send(method, path, body, "Authorization", "Bearer " + TOKEN);
    }
}
