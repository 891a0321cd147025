package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.BrokerProcess;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.SharedBroker;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** One key is one dispatch and one result, whichever ingress took it, and whatever was killed. */
class IdempotencySystemTest {

    private static final String KEY = "Idempotency-Key";
    private static final int MAX_IN_FLIGHT = 8;

    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicBoolean hung = new AtomicBoolean();
    // no two answers are alike: who gets the same one got the answer of the same request
    private final FakeNode node =
            FakeNode.start(
                    seen ->
                            seen.target().equals("/slow") && hung.compareAndSet(false, true)
                                    ? new Reply.Hang()
                                    : answer(Duration.ofMillis(50)));

    @TempDir private Path dir = Path.of("");

    @AfterEach
    void stopNode() {
        node.close();
    }

    @Test
    void clientsOfTwoIngressesWithOneKeyGetOneAnswer() throws Exception {
        Path file = file("keys");
        List<String> ids;
        try (var fleet = fleet(file);
                var another = fleet.anotherIngress()) {
            var ingresses = List.of(fleet.ingress(), new Client(another.url()));

            var answers =
                    Parallel.map(
                            20,
                            IntStream.range(0, 60).boxed().toList(),
                            i -> keyed(ingresses.get(i % 2), "/queue/keys/", "body", i % 3));

            assertThat(node.count()).as("three keys").isEqualTo(3);
            for (int key = 0; key < 3; key++) {
                var bodies = new HashSet<String>();
                for (int i = key; i < answers.size(); i += 3) {
                    assertThat(answers.get(i).statusCode()).isEqualTo(200);
                    bodies.add(text(answers.get(i)));
                }
                assertThat(bodies).as("answers under key %d", key).hasSize(1);
            }
            // some of them stand in the log a second time, and lead to the first
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () -> {
                                JsonNode pool = pool(fleet.statistics().stats());
                                assertThat(pool.path("succeeded").asInt()).isEqualTo(3);
                                assertThat(pool.path("duplicates").asInt()).isEqualTo(3);
                                assertThat(pool.path("queued").asInt(-1)).isZero();
                            });

            for (Client ingress : ingresses) {
                var other = keyed(ingress, "/queue/keys/", "another body", 0);
                assertThat(other.statusCode()).isEqualTo(422);
                assertThat(text(other)).contains("idempotency_key_reused");
            }
            ids = answers.stream().map(a -> Client.header(a, "Sluice-Request-Id")).toList();
        }

        try (var fleet = fleet(file)) {
            // the ingress knows nothing any more; the log does
            var again = keyed(fleet.ingress(), "/queue/keys/", "body", 0);
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(Client.header(again, "Sluice-Request-Id")).isEqualTo(ids.getFirst());
            assertThat(keyed(fleet.ingress(), "/queue/keys/", "another body", 1).statusCode())
                    .as("refused by the worker")
                    .isEqualTo(422);
            var other =
                    keyed(fleet.ingress(), "/queue/keys/", "body", 0, "Sluice-Priority", "high");
            assertThat(text(other)).isEqualTo(text(again));
            assertThat(node.count()).isEqualTo(3);
        }
    }

    @Test
    void keysHoldWhileAWorkerIsKilledAndAnotherTakesOver() throws Exception {
        node.script(seen -> answer(Duration.ofMillis(300)));
        int keys = 40;
        // what the dead one had in flight keeps its slots for so long
        var environment = Map.of("WORKER_REQUEST_TIMEOUT_MS", "5000");
        try (var broker = BrokerProcess.start(dir.resolve("broker"));
                var front =
                        Fleet.withoutWorker(broker.bootstrapServers(), file("killed"), Map.of());
                var another = front.anotherIngress();
                var doomed = WorkerProcess.start(dir, broker.bootstrapServers(), environment);
                var other = WorkerProcess.start(dir, broker.bootstrapServers(), environment);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            doomed.ready();
            other.ready();
            var ingresses = List.of(front.ingress(), new Client(another.url()));
            // each key four times: at both ingresses, in two lanes, before and after the kill
            var items = IntStream.range(0, 4 * keys).boxed().toList();
            var sending =
                    threads.submit(
                            () ->
                                    Parallel.map(
                                            24,
                                            items,
                                            i ->
                                                    keyed(
                                                            ingresses.get(i % 2),
                                                            "/queue/killed/" + key(i, keys),
                                                            "body",
                                                            key(i, keys),
                                                            "Sluice-Priority",
                                                            i % 3 == 0 ? "high" : "normal")));
            await().atMost(Duration.ofSeconds(40)).until(() -> node.count() >= 12);
            doomed.kill();

            var answers = sending.get();
            var byKey = new HashMap<Integer, HashSet<String>>();
            for (int i : items) {
                assertThat(answers.get(i).statusCode()).as(text(answers.get(i))).isEqualTo(200);
                byKey.computeIfAbsent(key(i, keys), k -> new HashSet<>()).add(text(answers.get(i)));
            }
            assertThat(byKey).hasSize(keys);
            assertThat(byKey.values()).allSatisfy(bodies -> assertThat(bodies).hasSize(1));
            assertThat(node.count())
                    .as("sent twice is what was in flight at the kill")
                    .isBetween(keys, keys + MAX_IN_FLIGHT);
        }
    }

    /** The same key comes again at the other ingress, and much later at both. */
    private static int key(int item, int keys) {
        return item / 2 % keys;
    }

    @Test
    void aKeyOutlivesTheKillOfEverything() {
        Path file = file("default");
        String firstId;
        String slowId;
        try (var up = up(file)) {
            Client client = up.client("ingress");
            firstId = client.queue("/queue/default/", "body", KEY, "kill-1");
            assertThat(client.response(firstId, 30).statusCode()).isEqualTo(200);
            slowId = client.queue("/queue/default/slow", "body", KEY, "kill-2");
            await().atMost(Duration.ofSeconds(20)).until(() -> sent("/slow") == 1);
            up.kill();
        }
        String firstAnswer = "answer 1";

        try (var up = up(file)) {
            Client client = up.client("ingress");
            String again = client.queue("/queue/default/", "body", KEY, "kill-1");
            assertThat(again).isNotEqualTo(firstId);
            var answer = client.response(again, 50);
            assertThat(text(answer)).isEqualTo(firstAnswer);
            assertThat(Client.header(answer, "Sluice-Request-Id")).isEqualTo(firstId);
            assertThat(client.state(again, 0).path("same_as").asString()).isEqualTo(firstId);
            assertThat(sent("/")).as("sent before the kill and never again").isEqualTo(1);

            String slowAgain = client.queue("/queue/default/slow", "body", KEY, "kill-2");
            var slow = client.response(slowAgain, 50);
            assertThat(slow.statusCode()).isEqualTo(200);
            assertThat(client.response(slowId, 50).body()).isEqualTo(slow.body());
            assertThat(sent("/slow")).as("in flight at the kill").isEqualTo(2);
        }
    }

    private static JsonNode pool(JsonNode stats) {
        for (JsonNode pool : stats.path("pools")) {
            if (pool.path("pool").asString().equals("keys")) {
                return pool;
            }
        }
        throw new AssertionError("no pool: " + stats);
    }

    private Reply answer(Duration delay) {
        return Reply.text(200, "answer " + answers.incrementAndGet()).after(delay);
    }

    private long sent(String target) {
        return node.seen().stream().filter(seen -> seen.target().equals(target)).count();
    }

    private HttpResponse<byte[]> keyed(
            Client ingress, String path, String body, int key, String... headers) {
        var all = new java.util.ArrayList<>(List.of(KEY, "key-" + key, "Prefer", "wait=50"));
        all.addAll(List.of(headers));
        return ingress.send("POST", path, body, all.toArray(new String[0]));
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private Path file(String pool) {
        return new NodesYaml()
                .node(pool + "-a", pool, node, 6_000, 600_000_000, MAX_IN_FLIGHT)
                .in(dir);
    }

    private static Fleet fleet(Path file) throws Exception {
        return Fleet.start(
                SharedBroker.bootstrapServers(), file, Map.of("WORKER_DRAIN_SECONDS", "1"));
    }

    private UpProcess up(Path file) {
        return UpProcess.start(dir, Map.of(), "--nodes", file.toString()).ready();
    }
}
