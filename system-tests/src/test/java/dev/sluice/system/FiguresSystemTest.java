package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two ingresses and two aggregators: whoever is asked, the figures are those of all. */
class FiguresSystemTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    // over which traffic is counted
    private static final Duration WINDOW = Duration.ofSeconds(10);
    // through the queue, and one more through the proxy
    private static final int BURST = 30;
    private static final int MAX_BURSTS = 3;

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

                var ids = sendUntilAllSaySo(first, second, List.of(one, two, first, second));
                ids.forEach(id -> assertThat(first.response(id, 30).statusCode()).isEqualTo(200));
                int sent = ids.size();
                await().atMost(SOON).untilAsserted(() -> assertLog(one.stats(), sent));
                await().atMost(SOON).untilAsserted(() -> assertLog(two.stats(), sent));
                assertThat(service(one.stats(), "USER_SERVICE_URL").path("reason").asString())
                        .isEqualTo("unreachable");

                // one that has just begun says what those say that have run all the time
                try (var third = fleet.anotherAggregator()) {
                    Client three = new Client(third.url());
                    await().atMost(SOON).untilAsserted(() -> assertLog(three.stats(), sent));
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

    /**
     * A burst through two ingresses, and what all say of it while it is in the window: again if the
     * machine stood still for so long. Returns the ids of all that was sent.
     */
    private static List<String> sendUntilAllSaySo(Client first, Client second, List<Client> asked) {
        var ids = new ArrayList<String>();
        for (int i = 1; ; i++) {
            await().atMost(SOON).until(() -> requests(ask(asked)).equals(Set.of(0)));
            long begun = System.nanoTime();
            var numbers = IntStream.range(0, BURST).boxed().toList();
            ids.addAll(Parallel.map(8, numbers, n -> (n < 20 ? first : second).queue("/", "x")));
            second.get("/api/x");
            List<JsonNode> said =
                    await().atMost(SOON)
                            .until(
                                    () -> ask(asked),
                                    all ->
                                            requests(all).equals(Set.of(BURST + 1))
                                                    || System.nanoTime() - begun
                                                            > WINDOW.toNanos());
            if (i == MAX_BURSTS || requests(said).equals(Set.of(BURST + 1))) {
                said.forEach(FiguresSystemTest::assertTraffic);
                return ids;
            }
        }
    }

    /** What all of them say at one time. */
    private static List<JsonNode> ask(List<Client> asked) {
        return Parallel.map(asked.size(), asked, Client::stats);
    }

    private static Set<Integer> requests(List<JsonNode> said) {
        return said.stream()
                .map(stats -> stats.path("requests").asInt(-1))
                .collect(Collectors.toSet());
    }

    private static void assertTraffic(JsonNode stats) {
        assertThat(stats.path("requests").asInt()).as(stats::toString).isEqualTo(BURST + 1);
        assertThat(stats.path("requests_per_second").asDouble()).isEqualTo(3.1);
        assertThat(stats.path("mean_response_time_ms").asDouble()).isPositive();
        assertThat(stats.at("/response_time_ms/p99").asDouble()).isPositive();
        assertThat(stats.path("has_real_traffic").asBoolean()).isTrue();
        assertThat(stats.path("ingresses").asInt()).isEqualTo(2);
        assertThat(stats.at("/statuses/2xx").asInt()).isEqualTo(BURST);
    }

    private static void assertLog(JsonNode stats, int sent) {
        JsonNode pool = stats.at("/pools/0");
        assertThat(stats.path("caught_up").asBoolean()).as(stats::toString).isTrue();
        assertThat(pool.path("pool").asString()).isEqualTo("default");
        assertThat(pool.path("succeeded").asInt()).isEqualTo(sent);
        assertThat(pool.path("queued").asInt(-1)).isZero();
        assertThat(pool.path("in_flight").asInt(-1)).isZero();
        assertThat(pool.path("keeper").asString()).startsWith("node-worker-");
        assertThat(pool.at("/drain_seconds/at_limits").asDouble(-1)).isZero();
        JsonNode node = stats.at("/nodes/0");
        assertThat(node.path("results").asInt()).isEqualTo(sent);
        assertThat(node.at("/last_minute/requests").asInt()).isEqualTo(sent);
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
