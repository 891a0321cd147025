package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.Seen;
import dev.sluice.testkit.SharedBroker;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Everything in one JVM over a real broker; each test has a pool of its own. */
@TestInstance(Lifecycle.PER_CLASS)
class QueueSystemTest {

    private static final int ANY_RPM = 600_000;
    private static final long ANY_BPM = 60_000_000_000L;

    private final List<FakeNode> nodes = new ArrayList<>();
    private final FakeNode mixedA = node(FakeNode.echo());
    private final FakeNode mixedB = node(FakeNode.echo());
    private final FakeNode slow = node(FakeNode.start(QueueSystemTest::slowIfAsked));
    private final FakeNode awayA = node(FakeNode.echo());
    private final FakeNode awayB = node(FakeNode.echo());
    private final FakeNode lanes = node(FakeNode.echo());
    private final FakeNode figures = node(FakeNode.start(QueueSystemTest::statusAsAsked));
    private final FakeNode held = node(FakeNode.start(QueueSystemTest::slowIfAsked));
    private Fleet fleet;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        var file =
                new NodesYaml()
                        .node("mixed-a", "mixed", mixedA, 60_000, 6_000_000_000L, 8)
                        .node("mixed-b", "mixed", mixedB, 30_000, 3_000_000_000L, 4)
                        .node("slow", "slow", slow, ANY_RPM, ANY_BPM, 4)
                        .node("away-a", "away", awayA, ANY_RPM, ANY_BPM, 1)
                        .node("away-b", "away", awayB, ANY_RPM, ANY_BPM, 1)
                        .node("lanes", "lanes", lanes, ANY_RPM, ANY_BPM, 1)
                        .node("figures", "figures", figures, ANY_RPM, ANY_BPM, 4)
                        .node("held", "default", held, ANY_RPM, ANY_BPM, 2)
                        .in(dir);
        fleet =
                Fleet.start(
                        SharedBroker.bootstrapServers(), file, Map.of("WORKER_DRAIN_SECONDS", "1"));
    }

    @AfterAll
    void stop() {
        fleet.close();
        nodes.forEach(FakeNode::close);
    }

    @Test
    void everyRequestComesBackByteForByte() {
        Client client = fleet.ingress();
        var requests = IntStream.range(0, 300).mapToObj(MixedRequest::new).toList();

        List<String> ids =
                Parallel.map(
                        16,
                        requests,
                        request -> {
                            String path = "/queue/mixed" + request.target();
                            if (request.number() % 2 == 0) {
                                return client.queue(
                                        request.method(),
                                        path,
                                        request.body(),
                                        "Content-Type",
                                        request.type());
                            }
                            var answer =
                                    client.send(
                                            request.method(),
                                            path,
                                            request.body(),
                                            "Content-Type",
                                            request.type(),
                                            "Prefer",
                                            "wait=50");
                            assertIsEcho(answer, request);
                            return Client.header(answer, "Sluice-Request-Id");
                        });
        Parallel.map(
                16,
                requests,
                request -> {
                    String id = ids.get(request.number());
                    assertIsEcho(client.response(id, 50), request);
                    assertIsDone(client.state(id, 0), id);
                    return id;
                });

        assertThat(mixedA.count() + mixedB.count()).isEqualTo(300);
        assertThat(mixedA.count()).isPositive();
        assertThat(mixedB.count()).isPositive();
        assertThat(mixedA.peakInFlight()).isLessThanOrEqualTo(8);
        assertThat(mixedB.peakInFlight()).isLessThanOrEqualTo(4);
        assertThat(idsSeenBy(mixedA, mixedB)).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void aSlowRequestAtTheHeadHoldsUpNothing() {
        Client client = fleet.ingress();
        String first = client.queue("/queue/slow/", "wait 60000");
        await().until(() -> slow.inFlight() == 1);

        var rest = IntStream.range(0, 100).boxed().toList();
        List<String> ids = Parallel.map(8, rest, i -> client.queue("/queue/slow/", "n" + i));

        ids.forEach(id -> assertThat(client.response(id, 30).statusCode()).isEqualTo(200));
        assertThat(client.status(first)).isEqualTo("queued");
        assertThat(client.response(first, 0).statusCode()).isEqualTo(409);
    }

    @Test
    void othersTakeOverFromADeadNodeAndWithNoneAliveNothingIsLost() {
        Client client = fleet.ingress();
        awayA.stop();
        var numbers = IntStream.range(0, 20).boxed().toList();
        for (String id : Parallel.map(8, numbers, i -> client.queue("/queue/away/", "n" + i))) {
            JsonNode state = client.state(id, 30);
            assertThat(state.path("status").asString()).as(state::toString).isEqualTo("succeeded");
            assertThat(state.path("node").asString()).isEqualTo("away-b");
        }

        awayB.healthy(false);
        await().until(() -> health("away", "away-a").equals("unhealthy"));
        await().until(() -> health("away", "away-b").equals("unhealthy"));
        int before = awayB.count();
        var ids = new ArrayList<String>();
        for (int i = 0; i < 12; i++) {
            ids.add(client.queue("/queue/away/", "late " + i));
        }
        await().until(() -> tickets("away") >= 12);
        assertThat(ids).allMatch(id -> client.status(id).equals("queued"));

        awayB.healthy(true);
        ids.forEach(
                id ->
                        assertThat(client.state(id, 30).path("status").asString())
                                .isEqualTo("succeeded"));
        var inOrder = awayB.seen().stream().skip(before).map(QueueSystemTest::id).toList();
        assertThat(inOrder).hasSize(12);
        assertThat(inOrder.stream().map(id -> queuedAt(client, id)).toList()).isSorted();
        awayA.start();
    }

    @Test
    void prioritiesOvertakeAndDeadlinesAreKept() {
        Client client = fleet.ingress();
        // nothing is sent until all of it waits
        lanes.healthy(false);
        await().until(() -> health("lanes", "lanes").equals("unhealthy"));

        var high = new ArrayList<String>();
        var low = new ArrayList<String>();
        for (int i = 0; i < 8; i++) {
            low.add(client.queue("/queue/lanes/", "low", "Sluice-Priority", "low"));
        }
        for (int i = 0; i < 8; i++) {
            high.add(client.queue("/queue/lanes/", "high", "Sluice-Priority", "high"));
        }
        String expired = client.queue("/queue/lanes/", "late", "Sluice-Deadline", "0.2");
        String inTime = client.queue("/queue/lanes/", "in time", "Sluice-Deadline", "50");
        await().until(() -> client.status(expired).equals("expired"));
        assertThat(client.response(expired, 0).statusCode()).isEqualTo(410);
        await().until(() -> tickets("lanes") == 17);
        assertThat(lanes.count()).isZero();

        lanes.healthy(true);
        assertThat(client.state(inTime, 30).path("status").asString()).isEqualTo("succeeded");
        low.forEach(id -> assertThat(client.response(id, 30).statusCode()).isEqualTo(200));
        high.forEach(id -> assertThat(client.response(id, 30).statusCode()).isEqualTo(200));
        List<String> seen = idsSeenBy(lanes);
        assertThat(seen).doesNotContain(expired);
        // low gets one turn of seventeen: most of the high ones overtake all of the low ones
        assertThat(seen.subList(0, 7)).filteredOn(high::contains).hasSizeGreaterThanOrEqualTo(5);
        assertThat(seen.indexOf(high.getLast())).isLessThan(seen.indexOf(low.get(2)));
        JsonNode state = client.state(expired, 0);
        assertThat(state.path("reason").asString()).isEqualTo("deadline_passed");
        assertThat(state.path("attempts").asInt()).isZero();
    }

    @Test
    void theFiguresAgreeWithWhatWasSent() {
        Client client = fleet.ingress();
        var numbers = IntStream.range(0, 60).boxed().toList();
        var ids =
                Parallel.map(
                        8,
                        numbers,
                        i -> client.queue("/queue/figures/", i % 6 == 0 ? "status 404" : "fine"));
        ids.forEach(id -> client.response(id, 30));

        fleet.services().forEach(service -> assertThat(service.stats().isObject()).isTrue());
        await().untilAsserted(
                        () -> {
                            JsonNode pool = inStatistics("pools", "pool", "figures");
                            assertThat(pool.path("accepted").asInt()).isEqualTo(60);
                            assertThat(pool.path("queued").asInt()).isZero();
                            assertThat(pool.path("done").asInt()).isEqualTo(60);
                            assertThat(pool.path("succeeded").asInt()).isEqualTo(50);
                            assertThat(pool.path("failed").asInt()).isEqualTo(10);
                            assertThat(pool.path("superseded").asInt()).isZero();
                            assertThat(pool.path("failures").path("node_error").asInt())
                                    .isEqualTo(10);
                        });
        JsonNode node = inStatistics("nodes", "id", "figures");
        assertThat(node.path("results").asInt()).isEqualTo(60);
        assertThat(node.path("errors").asInt()).isEqualTo(10);
        assertThat(node.path("last_minute").path("requests").asInt()).isEqualTo(60);
        assertThat(node.path("last_minute").path("bytes").asLong())
                .isEqualTo(figures.hits().stream().mapToLong(hit -> hit.bytes()).sum());
        assertThat(node.path("health").path("state").asString()).isEqualTo("healthy");
        await().untilAsserted(
                        () -> {
                            JsonNode own =
                                    Client.json(fleet.ingress().get("/lb-stats"))
                                            .path("pools")
                                            .path("figures");
                            assertThat(own.path("queued").asInt(-1)).isZero();
                        });
    }

    @Test
    void aResultIsFoundAtAnotherIngressAndAfterARestart() throws Exception {
        Client first = fleet.ingress();
        try (var other = fleet.anotherIngress()) {
            Client second = new Client(other.url());
            String quick = first.queue("/", "quick");
            assertThat(second.response(quick, 30).body()).isEqualTo(bytes("quick"));
            String later = second.queue("/", "wait 300");
            assertThat(first.response(later, 30).body()).isEqualTo(bytes("wait 300"));

            String open = first.queue("/", "wait 4000");
            fleet.restartIngress();
            Client again = fleet.ingress();
            assertThat(again.response(quick, 0).body()).isEqualTo(bytes("quick"));
            assertThat(again.status(later)).isEqualTo("succeeded");
            assertThat(again.response(open, 30).body()).isEqualTo(bytes("wait 4000"));
        }
    }

    private static void assertIsEcho(HttpResponse<byte[]> answer, MixedRequest request) {
        assertThat(answer.statusCode()).as(() -> Client.text(answer)).isEqualTo(200);
        assertThat(Client.header(answer, "X-Echo"))
                .isEqualTo(request.method() + " " + request.target());
        assertThat(Client.header(answer, "Content-Type")).isEqualTo(request.type());
        assertThat(answer.body().length).isEqualTo(request.body().length);
        assertThat(answer.body()).isEqualTo(request.body());
    }

    private static void assertIsDone(JsonNode state, String id) {
        assertThat(state.path("id").asString()).isEqualTo(id);
        assertThat(state.path("pool").asString()).isEqualTo("mixed");
        assertThat(state.path("priority").asString()).isEqualTo("normal");
        assertThat(state.path("status").asString()).isEqualTo("succeeded");
        assertThat(state.path("http_status").asInt()).isEqualTo(200);
        assertThat(state.path("attempts").asInt()).isEqualTo(1);
        assertThat(state.path("node").asString()).isIn("mixed-a", "mixed-b");
        Instant queued = Instant.parse(state.path("queued_at").asString());
        Instant started = Instant.parse(state.path("started_at").asString());
        Instant finished = Instant.parse(state.path("finished_at").asString());
        assertThat(started).isBetween(queued, finished);
        assertThat(state.path("wait_ms").asLong(-1))
                .isEqualTo(Duration.between(queued, started).toMillis());
    }

    /** As the worker has it, who sends by it. */
    private String health(String pool, String node) {
        JsonNode nodes = fleet.worker().stats().path("pools").path(pool).path("nodes");
        return named(nodes, "id", node).path("health").asString();
    }

    private int tickets(String pool) {
        JsonNode lanes = fleet.worker().stats().path("pools").path(pool).path("tickets");
        return lanes.properties().stream().mapToInt(lane -> lane.getValue().asInt()).sum();
    }

    private JsonNode inStatistics(String list, String key, String name) {
        return named(fleet.statistics().stats().path(list), key, name);
    }

    private static JsonNode named(JsonNode list, String key, String name) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(one -> one.path(key).asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + list));
    }

    private static Instant queuedAt(Client client, String id) {
        return Instant.parse(client.state(id, 0).path("queued_at").asString());
    }

    private static List<String> idsSeenBy(FakeNode... nodes) {
        return List.of(nodes).stream()
                .flatMap(node -> node.seen().stream())
                .map(QueueSystemTest::id)
                .toList();
    }

    private static String id(Seen seen) {
        return String.valueOf(seen.header("Sluice-Request-Id"));
    }

    private FakeNode node(FakeNode node) {
        nodes.add(node);
        return node;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Echoes, after as many milliseconds as the body says. */
    private static Reply slowIfAsked(Seen seen) {
        var body = new String(seen.body(), StandardCharsets.UTF_8);
        return body.startsWith("wait ")
                ? Reply.echo(seen).after(Duration.ofMillis(Long.parseLong(body.substring(5))))
                : Reply.echo(seen);
    }

    private static Reply statusAsAsked(Seen seen) {
        var body = new String(seen.body(), StandardCharsets.UTF_8);
        return body.startsWith("status ")
                ? Reply.text(Integer.parseInt(body.substring(7)), "as asked")
                : Reply.echo(seen);
    }
}
