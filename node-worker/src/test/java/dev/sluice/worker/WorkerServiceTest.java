package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.http.AllowedHosts;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.chassis.trace.TraceSettings;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestBroker;
import dev.sluice.worker.dispatch.RetryOn;
import dev.sluice.worker.dispatch.RetrySettings;
import dev.sluice.worker.gate.LaneWeights;
import dev.sluice.worker.secrets.SecretsSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker over a real broker and real HTTP nodes. */
class WorkerServiceTest {

    private static final byte[] BODY = "hello".getBytes(StandardCharsets.UTF_8);
    private static final int PLENTY = 600_000; // requests a minute
    private static final long PLENTY_BYTES = 10_000_000_000L;

    private static TestBroker broker;
    private static int tests;

    private TestLog log;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void startBroker(@TempDir Path dir) {
        broker = TestBroker.in(dir);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        log = new TestLog(broker.bootstrapServers(), "pool-" + ++tests);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
        log.forgetNodes();
        log.close();
    }

    @Test
    void everyRequestGetsTheNodesAnswerAsItsResult() throws Exception {
        FakeNode node = add(FakeNode.echo());
        log.node("a", node.uri(), PLENTY, PLENTY_BYTES, 64);
        worker(1, Duration.ofSeconds(10));

        var ids = new ArrayList<RequestId>();
        for (int i = 0; i < 400; i++) {
            ids.add(
                    log.append(
                            i % TestLog.SHARDS,
                            "/x?i=" + i,
                            ("body " + i).getBytes(StandardCharsets.UTF_8)));
        }

        awaitResults(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            ResultEvent result = result(ids.get(i));
            assertThat(result.outcome()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(result.body().utf8()).isEqualTo("body " + i);
            assertThat(result.node()).contains("a");
            assertThat(result.attemptCount()).isEqualTo(1);
        }
        assertThat(node.count()).isEqualTo(ids.size());
        var seen = node.seen().stream().filter(s -> s.target().equals("/x?i=7")).findFirst().get();
        assertThat(seen.method()).isEqualTo("POST");
        assertThat(seen.header("X-Kept")).contains("yes");
        assertThat(seen.header("Content-Type")).contains("application/x-test");
        assertThat(seen.header("Sluice-Request-Id")).contains(ids.get(7).toString());
        assertThat(seen.header("Sluice-Attempt")).contains("1");
    }

    @Test
    void aSlowRequestAtTheHeadHoldsUpNothingBehindIt() throws Exception {
        FakeNode node =
                add(
                        FakeNode.start(
                                seen ->
                                        seen.target().equals("/slow")
                                                ? Reply.text(200, "late")
                                                        .after(Duration.ofMinutes(1))
                                                : Reply.text(200, "soon")));
        log.node("a", node.uri(), PLENTY, PLENTY_BYTES, 8);
        worker(1, Duration.ofMinutes(2));
        RequestId slow = log.append(0, "/slow", BODY);
        await().until(() -> node.inFlight() == 1);

        for (int i = 0; i < 50; i++) {
            log.append(0, "/fast", BODY);
        }

        awaitResults(50);
        assertThat(log.results).doesNotContainKey(slow);
        node.stop(); // or the worker's end would wait for it
    }

    @Test
    void aNodeThatIsDownIsPassedByAndWhatFailsThereGoesToAnother() throws Exception {
        FakeNode down = add(FakeNode.echo());
        FakeNode up = add(FakeNode.echo());
        log.node("down", down.uri(), PLENTY, PLENTY_BYTES, 64);
        log.node("up", up.uri(), PLENTY, PLENTY_BYTES, 64);
        down.stop();
        worker(1, Duration.ofSeconds(10));

        for (int i = 0; i < 100; i++) {
            log.append(i % TestLog.SHARDS, "/", BODY);
        }

        awaitResults(100);
        assertThat(log.results.values())
                .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.SUCCEEDED));
        assertThat(up.count()).isEqualTo(100);
    }

    @Test
    void whileAllNodesAreDownNothingIsDroppedAndTheOldestGoesFirst() throws Exception {
        FakeNode node = add(FakeNode.echo());
        log.node("a", node.uri(), PLENTY, PLENTY_BYTES, 1);
        node.stop();
        // what is not due again when the node comes back goes after those that are
        var backoff = Duration.ofMillis(200);
        worker(1, Duration.ofSeconds(10), new RetrySettings(3, RetryOn.DEFAULT, backoff, backoff));
        for (int i = 0; i < 20; i++) {
            log.append(i % TestLog.SHARDS, "/" + i, BODY);
        }
        await().during(Duration.ofSeconds(3)).until(() -> log.results.isEmpty());

        node.start();

        awaitResults(20);
        assertThat(log.results.values())
                .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.SUCCEEDED));
        // the breaker's trials come first; from then on by age
        List<Integer> order =
                node.seen().stream().map(s -> Integer.parseInt(s.target().substring(1))).toList();
        assertThat(order.subList(5, 20)).isSorted();
    }

    @Test
    void finalErrorsOfANodeAreResultsWithItsAnswer() throws Exception {
        FakeNode node = add(FakeNode.start(seen -> Reply.text(418, "teapot").with("X-Why", "tea")));
        log.node("a", node.uri(), PLENTY, PLENTY_BYTES, 8);
        worker(1, Duration.ofSeconds(10));

        RequestId id = log.append(1, "/", BODY);

        awaitResults(1);
        assertThat(result(id).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result(id).reason()).contains(Reason.NODE_ERROR);
        assertThat(result(id).answer().get().status()).isEqualTo(418);
        assertThat(result(id).body().utf8()).isEqualTo("teapot");
    }

    @Test
    void dropsHangsAndBusyAnswersAreTriedAgain() throws Exception {
        var first = new java.util.concurrent.ConcurrentHashMap<String, Integer>();
        FakeNode node =
                add(
                        FakeNode.start(
                                seen ->
                                        first.merge(seen.target(), 1, Integer::sum) > 1
                                                ? Reply.text(200, "second")
                                                : switch (seen.target()) {
                                                    case "/drop" -> new Reply.DropConnection();
                                                    case "/half" -> new Reply.DropMidHead(200);
                                                    case "/hang" -> new Reply.Hang();
                                                    case "/busy" ->
                                                            Reply.throttled(Duration.ofSeconds(1));
                                                    default -> Reply.status(503);
                                                }));
        log.node("a", node.uri(), PLENTY, PLENTY_BYTES, 8);
        worker(1, Duration.ofSeconds(5));

        RequestId drop = log.append(0, "/drop", BODY);
        RequestId hang = log.append(1, "/hang", BODY);
        RequestId busy = log.append(2, "/busy", BODY);
        RequestId error = log.append(3, "/error", BODY);

        RequestId half = log.append(0, "/half", BODY);

        awaitResults(5);
        for (RequestId id : List.of(drop, half, hang, busy, error)) {
            assertThat(result(id).outcome())
                    .as(() -> String.valueOf(result(id)))
                    .isEqualTo(Outcome.SUCCEEDED);
            assertThat(result(id).attemptCount()).isEqualTo(2);
        }
        assertThat(result(drop).attempts().getFirst().result()).isEqualTo("connection_lost");
        assertThat(result(half).attempts().getFirst().result()).isEqualTo("bad_response");
        assertThat(result(hang).attempts().getFirst().result()).isEqualTo("timeout");
        assertThat(result(busy).attempts().getFirst().result()).isEqualTo("429");
    }

    @Test
    void deadlinesPrioritiesAndGarbage() throws Exception {
        FakeNode node = add(FakeNode.echo());
        WorkerService service = worker(1, Duration.ofSeconds(10));
        RequestId late =
                log.append(Lane.NORMAL, 0, "/late", BODY, Optional.of(Duration.ofMillis(300)));
        long garbage = log.appendGarbage(2);
        awaitResults(2); // without any node
        assertThat(result(late).outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(
                        log.results.values().stream()
                                .filter(r -> r.reason().equals(Optional.of(Reason.UNREADABLE)))
                                .map(r -> r.request().position().offset()))
                .containsExactly(garbage);
        for (int i = 0; i < 5; i++) {
            log.append(Lane.LOW, 1, "/low", BODY, Optional.empty());
        }
        RequestId high = log.append(Lane.HIGH, 1, "/high", BODY, Optional.empty());
        await().until(() -> tickets(service) == 6);

        log.node("a", node.uri(), 600, PLENTY_BYTES, 1);

        awaitResults(8);
        assertThat(node.seen().getFirst().header("Sluice-Request-Id")).contains(high.toString());
        assertThat(node.seen()).noneMatch(seen -> seen.target().equals("/late"));
    }

    @Test
    void aRestartSendsNothingAgainThatIsDone() throws Exception {
        FakeNode node = add(FakeNode.echo());
        log.node("a", node.uri(), PLENTY, PLENTY_BYTES, 64);
        WorkerService first = worker(1, Duration.ofSeconds(10));
        for (int i = 0; i < 100; i++) {
            log.append(i % TestLog.SHARDS, "/", BODY);
        }
        awaitResults(100);
        first.close();
        open.remove(first);

        for (int i = 0; i < 20; i++) {
            log.append(i % TestLog.SHARDS, "/", BODY);
        }
        worker(2, Duration.ofSeconds(10));

        awaitResults(120);
        assertThat(node.count()).isEqualTo(120);
        assertThat(log.superseded).hasValue(0);
    }

    @Test
    void workersThatComeAndGoRepeatNothing() throws Exception {
        FakeNode node = add(FakeNode.slow(Duration.ofMillis(100)));
        log.node("a", node.uri(), PLENTY, PLENTY_BYTES, 16);
        worker(3, Duration.ofSeconds(10));
        for (int i = 0; i < 200; i++) {
            log.append(i % TestLog.SHARDS, "/" + i, BODY);
        }
        awaitResults(200);

        assertThat(node.count()).isEqualTo(200);
        var targets = node.seen().stream().collect(Collectors.groupingBy(s -> s.target()));
        assertThat(targets).hasSize(200);
        assertThat(node.peakInFlight()).isLessThanOrEqualTo(16);
    }

    @Test
    void aStopWaitsForWhatIsInFlight() throws Exception {
        FakeNode node = add(FakeNode.slow(Duration.ofSeconds(3)));
        log.node("a", node.uri(), PLENTY, PLENTY_BYTES, 16);
        WorkerService service = worker(1, Duration.ofSeconds(10));
        RequestId id = log.append(0, "/", BODY);
        await().until(() -> node.count() == 1);

        service.close();
        open.remove(service);

        awaitResults(1);
        assertThat(result(id).outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    private <T extends AutoCloseable> T add(T part) {
        open.add(part);
        return part;
    }

    private WorkerService worker(int count, Duration requestTimeout) throws Exception {
        return worker(count, requestTimeout, RetrySettings.of(3));
    }

    private WorkerService worker(int count, Duration requestTimeout, RetrySettings retry)
            throws Exception {
        var settings =
                new WorkerSettings(
                        "127.0.0.1",
                        0,
                        new AllowedHosts("worker.hosts", List.of()),
                        count,
                        requestTimeout,
                        Duration.ofSeconds(10),
                        1024 * 1024,
                        64 * 1024,
                        retry,
                        1000,
                        16 * 1024 * 1024,
                        1000,
                        Duration.ofSeconds(30),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        0,
                        LaneWeights.DEFAULT,
                        Optional.empty(),
                        Optional.empty(),
                        SecretsSettings.NONE,
                        TraceSettings.OFF);
        return add(
                WorkerService.start(
                        settings, log.settings, NanoClock.SYSTEM, InstantSource.system()));
    }

    /** Requests of this test's pool that wait for a node. */
    private int tickets(WorkerService service) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(service.url() + "/stats")).build();
            var answer = client.send(request, BodyHandlers.ofByteArray());
            var pools = ProtocolJson.mapper().readTree(answer.body()).path("pools");
            return pools.path(log.pool.value()).path("tickets").properties().stream()
                    .mapToInt(lane -> lane.getValue().asInt())
                    .sum();
        }
    }

    private void awaitResults(int count) {
        await().atMost(Duration.ofSeconds(30)).until(() -> log.results.size() >= count);
        assertThat(log.results).hasSize(count);
    }

    private ResultEvent result(RequestId id) {
        return java.util.Objects.requireNonNull(log.results.get(id));
    }
}
