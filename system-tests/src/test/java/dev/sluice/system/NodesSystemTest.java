package dev.sluice.system;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.SharedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Nodes that come, change and go while everything runs; each test has a pool of its own. */
@TestInstance(Lifecycle.PER_CLASS)
class NodesSystemTest {

    private static final String TOKEN = "admin-of-this-test";
    private static final Duration SOON = Duration.ofSeconds(2);

    private Fleet fleet;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("nodes.yaml"), "nodes: []\n");
        fleet =
                Fleet.start(
                        SharedBroker.bootstrapServers(),
                        file,
                        Map.of("SLUICE_ADMIN_TOKEN", TOKEN, "WORKER_DRAIN_SECONDS", "1"));
    }

    @AfterAll
    void stop() {
        fleet.close();
    }

    @Test
    void everyServiceSeesEachChangeWithinTwoSeconds() {
        try (var node = FakeNode.echo()) {
            assertThat(queueStatus("fresh")).isEqualTo(404);

            assertThat(put("fresh-a", "fresh", node, 600, 4)).isEqualTo(201);
            within2Seconds()
                    .untilAsserted(
                            () -> {
                                assertThat(poolsOfIngress().has("fresh")).isTrue();
                                assertThat(atWorker("fresh", "fresh-a").path("rpm").asInt())
                                        .isEqualTo(600);
                                assertThat(atStatistics("fresh-a").at("/limits/rpm").asInt())
                                        .isEqualTo(600);
                                assertThat(atMonitor("fresh-a").at("/health/state").asString())
                                        .isEqualTo("healthy");
                            });
            // the first request waits until its topic is made, which no promise counts
            assertThat(queueStatus("fresh")).isEqualTo(202);
            await().until(() -> node.count() == 1);

            assertThat(put("fresh-a", "fresh", node, 60, 4)).isEqualTo(200);
            within2Seconds()
                    .untilAsserted(
                            () -> {
                                assertThat(atWorker("fresh", "fresh-a").path("rpm").asInt())
                                        .isEqualTo(60);
                                assertThat(atStatistics("fresh-a").at("/limits/rpm").asInt())
                                        .isEqualTo(60);
                            });

            assertThat(delete("fresh-a")).isEqualTo(204);
            within2Seconds()
                    .untilAsserted(
                            () -> {
                                assertThat(queueStatus("fresh")).isEqualTo(404);
                                assertThat(atWorker("fresh", "fresh-a").isMissingNode()).isTrue();
                                assertThat(atStatistics("fresh-a").isMissingNode()).isTrue();
                                assertThat(atMonitor("fresh-a").isMissingNode()).isTrue();
                            });
        }
    }

    @Test
    void atARemovedNodeWhatIsInFlightEndsAndNothingNewBegins() {
        Client client = fleet.ingress();
        var released = new CompletableFuture<Void>();
        try (var node = FakeNode.start(seen -> Reply.echo(seen).until(released))) {
            put("leaving-a", "leaving", node, 60_000, 2);
            await().atMost(SOON).until(() -> !atWorker("leaving", "leaving-a").isMissingNode());
            var ids = new ArrayList<String>();
            for (int i = 0; i < 6; i++) {
                ids.add(client.queue("/queue/leaving/", "n" + i));
            }
            await().until(() -> node.inFlight() == 2);

            assertThat(delete("leaving-a")).isEqualTo(204);
            await().atMost(SOON).until(() -> atWorker("leaving", "leaving-a").isMissingNode());
            assertThat(node.inFlight()).isEqualTo(2);

            released.complete(null);
            await().until(() -> states(client, ids).equals(Map.of("succeeded", 2L, "queued", 4L)));
            await().during(Duration.ofSeconds(1)).until(() -> node.count() == 2);

            put("leaving-a", "leaving", node, 60_000, 10);
            ids.forEach(id -> assertThat(client.response(id, 30).statusCode()).isEqualTo(200));
            assertThat(node.count()).isEqualTo(6);
            delete("leaving-a"); // other tests use the same broker
        }
    }

    private static Map<String, Long> states(Client client, List<String> ids) {
        return ids.stream().collect(groupingBy(client::status, counting()));
    }

    private static ConditionFactory within2Seconds() {
        return await().atMost(SOON).pollInterval(Duration.ofMillis(50));
    }

    private int queueStatus(String pool) {
        return fleet.ingress().send("POST", "/queue/" + pool + "/", "x").statusCode();
    }

    private JsonNode poolsOfIngress() {
        return Client.json(fleet.ingress().get("/lb-stats")).path("pools");
    }

    private int put(String id, String pool, FakeNode node, int rpm, int maxInFlight) {
        String body =
                """
                {"pool": "%s", "url": "%s", "rpm": %d, "bpm": 1000000, "max_in_flight": %d}
                """
                        .formatted(pool, node.uri(), rpm, maxInFlight);
        return change("PUT", id, body);
    }

    private int delete(String id) {
        return change("DELETE", id, "");
    }

    private int change(String method, String id, String body) {
        return fleet.monitor()
                .send(method, "/nodes/" + id, body, "Authorization", "Bearer " + TOKEN)
                .statusCode();
    }

    private JsonNode atWorker(String pool, String id) {
        return named(fleet.worker().stats().path("pools").path(pool).path("nodes"), id);
    }

    private JsonNode atStatistics(String id) {
        return named(fleet.statistics().stats().path("nodes"), id);
    }

    private JsonNode atMonitor(String id) {
        return named(Client.json(fleet.monitor().get("/nodes")).path("nodes"), id);
    }

    private static JsonNode named(JsonNode list, String id) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(one -> one.path("id").asString().equals(id))
                .findFirst()
                .orElse(list.path("none"));
    }
}
