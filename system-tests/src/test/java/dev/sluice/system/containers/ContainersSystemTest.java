package dev.sluice.system.containers;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.system.Client;
import dev.sluice.system.Parallel;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.FakeNode.Keep;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.SlidingWindow;
import dev.sluice.testkit.TcpProxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is shipped, under faults: {@code docker-compose.yml} with our images and a real broker. Each
 * test has a pool with one node, which the containers reach through a proxy on this machine.
 *
 * <p>After each test, nothing that was accepted is lost, no limit was exceeded as the node counts,
 * and {@code sluice audit} is clean.
 */
@NeedsDocker
@TestInstance(Lifecycle.PER_CLASS)
class ContainersSystemTest {

    private static final int RPM = 3_000;
    private static final int PER_SECOND = 15;
    private static final int MAX_IN_FLIGHT = 16;
    private static final Duration NODE_TAKES = Duration.ofMillis(50);
    private static final Duration SOON = Duration.ofSeconds(60);

    private Stack stack;
    private Client ingress;
    private int tests;
    private String pool;
    private FakeNode node;
    private TcpProxy way;

    @BeforeAll
    void start(@TempDir Path dir) {
        stack = new Stack(dir);
        ingress = new Client(stack.ingressUrl());
    }

    @AfterAll
    void stop() {
        if (stack != null) {
            stack.close();
        }
    }

    @BeforeEach
    void putNode(TestInfo test) {
        pool = "test-" + ++tests;
        System.out.println(pool + " is of " + test.getDisplayName());
        node = FakeNode.start(Keep.LENGTHS, seen -> Reply.status(200).after(NODE_TAKES));
        way = TcpProxy.to(node.port(), stack.host());
        String json =
                "{\"url\":\"http://%s:%d\",\"pool\":\"%s\",\"rpm\":%d,\"bpm\":%d,\"max_in_flight\":%d}"
                        .formatted(
                                stack.host().getHostAddress(),
                                way.port(),
                                pool,
                                RPM,
                                100_000_000,
                                MAX_IN_FLIGHT);
        var answer =
                new Client(stack.monitorUrl())
                        .send(
                                "PUT",
                                "/nodes/" + pool,
                                json,
                                "Authorization",
                                "Bearer " + Stack.TOKEN,
                                "Content-Type",
                                "application/json");
        assertThat(answer.statusCode()).as(() -> Client.text(answer)).isEqualTo(201);
        await().atMost(SOON)
                .until(() -> ingress.send("POST", "/queue/" + pool, "").statusCode() == 202);
    }

    @AfterEach
    void closeNode() {
        way.close();
        node.close();
    }

    private Load load() {
        return new Load(ingress, "/queue/" + pool, PER_SECOND);
    }

    private static void awaitMore(Load load, int more) {
        int before = load.count();
        await().atMost(SOON).until(() -> load.count() >= before + more);
    }

    /**
     * What must be so after each test.
     *
     * @param repeats how many requests may have reached the node more than once
     */
    private void check(Load load, int repeats) {
        System.out.println(pool + ": " + load);
        Parallel.map(8, List.copyOf(load.accepted()), this::awaitResponse);
        Map<String, Long> sends =
                node.seen().stream()
                        .collect(
                                groupingBy(
                                        seen -> String.valueOf(seen.header("Sluice-Request-Id")),
                                        counting()));
        assertThat(sends.keySet()).containsAll(load.accepted());
        assertThat(sends.values().stream().mapToLong(times -> times - 1).sum())
                .as("sends beyond the first")
                .isLessThanOrEqualTo(repeats);
        assertThat(SlidingWindow.peakPerMinute(node.hits()).requests()).isLessThanOrEqualTo(RPM);
        // again where it is out of time: a busy machine is no breach, and a breach stays one
        await().atMost(SOON.multipliedBy(2))
                .untilAsserted(
                        () -> {
                            var audit = stack.audit();
                            assertThat(audit.exitCode()).as(audit.output()).isZero();
                            assertThat(audit.output())
                                    .contains("No promise is broken")
                                    .contains(pool);
                        });
    }

    /** There may be a backlog, and a node is held back for a while by a keeper that is new. */
    private String awaitResponse(String id) {
        var answer = ingress.response(id, 50);
        for (int i = 0; i < 2 && answer.statusCode() == 409; i++) {
            answer = ingress.response(id, 50);
        }
        assertThat(answer.statusCode()).as(id + " " + Client.text(answer)).isEqualTo(200);
        return id;
    }

    // --- the tests -------------------------------------------------------------------------------

    @Test
    void happyPath() {
        node.script(Reply::echo);
        var answer =
                ingress.send("POST", "/queue/" + pool + "/echo?a=b", "hello", "Prefer", "wait=20");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Client.body(answer)).isEqualTo("hello");
        assertThat(ingress.get("/lb-health?ready").statusCode()).isEqualTo(200);
        assertThat(ingress.get("/").statusCode())
                .as("the page, by way of the ingress")
                .isEqualTo(200);
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            var stats = new Client(stack.statsUrl()).stats();
                            assertThat(stats.path("pools").findValuesAsString("pool"))
                                    .contains(pool);
                        });
        try (Load load = load()) {
            awaitMore(load, 50);
            load.end();
            assertThat(load.otherStatuses()).isEmpty();
            check(load, 0);
        }
    }

    @Test
    void workersAreScaledUpAndDownUnderLoad() {
        try (Load load = load()) {
            awaitMore(load, 30);
            stack.scale("node-worker", 3);
            awaitMore(load, 60);
            stack.scale("node-worker", 1);
            awaitMore(load, 60);
            load.end();
            assertThat(load.otherStatuses()).isEmpty();
            check(load, 0); // SIGTERM drains
        }
    }

    @Test
    void eachServiceAndTheBrokerIsKilled() {
        List<String> services =
                List.of("node-worker", "ingress", "monitor", "stats-aggregator", "kafka");
        try (Load load = load()) {
            for (String service : services) {
                awaitMore(load, 30);
                String container = stack.one(service);
                stack.kill(container);
                stack.start(container);
                stack.awaitHealthy();
            }
            awaitMore(load, 30);
            load.end();
            assertThat(load.otherStatuses()).isSubsetOf(503);
            // what was under way at the worker, and what it could not record without a broker
            check(load, 2 * MAX_IN_FLIGHT);
        }
    }

    @Test
    void aWorkerThatIsCutOffFromTheBrokerLetsAnotherGoOn() {
        stack.scale("node-worker", 2);
        try (Load load = load()) {
            awaitMore(load, 30);
            String worker = stack.all("node-worker").getFirst();
            stack.cutFromLog(worker);
            long cut = System.nanoTime();
            long measured = Duration.ofSeconds(20).toNanos();
            await().atMost(Duration.ofMinutes(2)).until(() -> System.nanoTime() - cut > measured);
            assertThat(node.hits())
                    .filteredOn(hit -> hit.nanos() - cut > 0 && hit.nanos() - cut < measured)
                    .as("what the other sent in 20 s")
                    .hasSizeGreaterThan(10 * PER_SECOND);
            stack.joinLog(worker, "node-worker");
            awaitMore(load, 60);
            load.end();
            assertThat(load.otherStatuses()).isEmpty();
            check(load, MAX_IN_FLIGHT);
        } finally {
            stack.scale("node-worker", 1);
        }
    }

    @Test
    void aNodeBehindLatencyAndResets() {
        try (Load load = load()) {
            awaitMore(load, 30);
            way.latency(Duration.ofMillis(150));
            awaitMore(load, 60);
            for (int i = 0; i < 3; i++) {
                way.resetAll();
                awaitMore(load, 20);
            }
            way.refuse();
            awaitMore(load, 20);
            way.accept();
            way.latency(Duration.ZERO);
            awaitMore(load, 20);
            load.end();
            assertThat(load.otherStatuses()).isEmpty();
            // a connection that is reset under a request leaves open what came of it
            check(load, 3 * MAX_IN_FLIGHT);
        }
    }

    @Test
    void anIngressThatIsCutOffFromTheBrokerSaysSoInTimeAndRecovers() {
        String container = stack.one("ingress");
        try (Load load = load()) {
            awaitMore(load, 30);
            stack.cutFromLog(container);
            await().atMost(SOON).until(() -> load.otherStatuses().contains(503));
            long asked = System.nanoTime();
            var answer =
                    ingress.send("POST", "/queue/" + pool, "cut".getBytes(StandardCharsets.UTF_8));
            var took = Duration.ofNanos(System.nanoTime() - asked);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(Client.header(answer, "Retry-After")).matches("[1-9][0-9]?");
            assertThat(Client.json(answer).path("outcome").asString())
                    .isIn("unknown", "not_accepted");
            // LB_APPEND_TIMEOUT_MS, 5 s by default, and what a busy machine adds
            assertThat(took).isLessThan(Duration.ofSeconds(8));
            stack.joinLog(container, "ingress");
            awaitMore(load, 60);
            load.end();
            assertThat(load.otherStatuses()).isEqualTo(Set.of(503));
            check(load, 0);
        }
    }
}
