package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two ingresses and two aggregators: whoever is asked, the figures are those of all. */
class FiguresSystemTest {

    private static final Duration SOON = Duration.ofSeconds(8);

    @Test
    void allAggregatorsSayTheSameOfAllIngressesAndOfTheWholeLog(@TempDir Path dir)
            throws Exception {
        try (var broker = TestBroker.in(dir.resolve("broker"));
                var node = FakeNode.echo()) {
            Path nodes =
                    new NodesYaml().node("node-a", "default", node, 60_000, 1_000_000, 8).in(dir);
            var environment = Map.of("USER_SERVICE_URL", "http://127.0.0.1:1");
            try (var fleet = Fleet.start(broker.bootstrapServers(), nodes, environment);
                    var otherIngress = fleet.anotherIngress();
                    var otherAggregator = fleet.anotherAggregator()) {
                Client first = fleet.ingress();
                Client second = new Client(otherIngress.url());
                Client one = fleet.statistics();
                Client two = new Client(otherAggregator.url());
                await().atMost(SOON).until(() -> ups(one) == 6 && ups(two) == 6);

                var ids = IntStream.range(0, 20).mapToObj(i -> first.queue("/", "x")).toList();
                var more = IntStream.range(0, 10).mapToObj(i -> second.queue("/", "y")).toList();
                second.get("/api/x");
                for (Client asked : List.of(one, two, first, second)) {
                    await().atMost(SOON).untilAsserted(() -> assertTraffic(asked.stats()));
                }
                ids.forEach(id -> assertThat(first.response(id, 30).statusCode()).isEqualTo(200));
                more.forEach(id -> assertThat(second.response(id, 30).statusCode()).isEqualTo(200));
                await().atMost(SOON).untilAsserted(() -> assertLog(one.stats()));
                await().atMost(SOON).untilAsserted(() -> assertLog(two.stats()));
                assertThat(service(one.stats(), "USER_SERVICE_URL").path("reason").asString())
                        .isEqualTo("unreachable");

                // one that has just begun says what those say that have run all the time
                try (var third = fleet.anotherAggregator()) {
                    Client three = new Client(third.url());
                    await().atMost(SOON).untilAsserted(() -> assertLog(three.stats()));
                    assertThat(totals(three.stats())).isEqualTo(totals(one.stats()));
                }

                try (var third = fleet.anotherIngress()) {
                    assertThat(new Client(third.url()).get("/lb-stats").statusCode())
                            .isEqualTo(200);
                    await().atMost(SOON).until(() -> ingresses(one) == 3);
                }
                await().atMost(SOON).until(() -> ingresses(one) == 2 && ups(one) == 6);
            }
        }
    }

    private static void assertTraffic(JsonNode stats) {
        assertThat(stats.path("requests").asInt()).as(stats::toString).isEqualTo(31);
        assertThat(stats.path("requests_per_second").asDouble()).isEqualTo(3.1);
        assertThat(stats.path("mean_response_time_ms").asDouble()).isPositive();
        assertThat(stats.at("/response_time_ms/p99").asDouble()).isPositive();
        assertThat(stats.path("has_real_traffic").asBoolean()).isTrue();
        assertThat(stats.path("ingresses").asInt()).isEqualTo(2);
        assertThat(stats.at("/statuses/2xx").asInt()).isEqualTo(30);
    }

    private static void assertLog(JsonNode stats) {
        JsonNode pool = stats.at("/pools/0");
        assertThat(stats.path("caught_up").asBoolean()).as(stats::toString).isTrue();
        assertThat(pool.path("pool").asString()).isEqualTo("default");
        assertThat(pool.path("succeeded").asInt()).isEqualTo(30);
        assertThat(pool.path("queued").asInt(-1)).isZero();
        assertThat(pool.path("in_flight").asInt(-1)).isZero();
        assertThat(pool.path("keeper").asString()).startsWith("node-worker-");
        assertThat(pool.at("/drain_seconds/at_limits").asDouble(-1)).isZero();
        JsonNode node = stats.at("/nodes/0");
        assertThat(node.path("results").asInt()).isEqualTo(30);
        assertThat(node.at("/last_minute/requests").asInt()).isEqualTo(30);
        assertThat(node.path("breaker").asString()).isEqualToIgnoringCase("closed");
        assertThat(node.path("cooling_down").asBoolean(true)).isFalse();
        assertThat(stats.at("/workers/0/shards").size()).isEqualTo(12);
        assertThat(stats.at("/workers/0").has("key")).isFalse();
    }

    /** What the log says over all time. */
    private static List<String> totals(JsonNode stats) {
        return List.of("accepted", "done", "succeeded", "failed", "expired", "failures").stream()
                .map(name -> name + " " + stats.at("/pools/0").path(name))
                .toList();
    }

    /** Services of ours that answer. */
    private static long ups(Client aggregator) {
        return StreamSupport.stream(aggregator.stats().path("services").spliterator(), false)
                .filter(service -> service.path("state").asString().equals("up"))
                .count();
    }

    private static int ingresses(Client aggregator) {
        return aggregator.stats().path("ingresses").asInt();
    }

    private static JsonNode service(JsonNode stats, String name) {
        return StreamSupport.stream(stats.path("services").spliterator(), false)
                .filter(service -> service.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + stats));
    }
}
