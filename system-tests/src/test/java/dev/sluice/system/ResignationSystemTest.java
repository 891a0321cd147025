package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.cli.audit.AuditReport;
import dev.sluice.cli.audit.kafka.Audit;
import dev.sluice.system.LinkedWorkers.Cut;
import dev.sluice.testkit.BrokerProcess;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.FakeNode.Keep;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.SlidingWindow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers and a keeper that cannot talk to each other: who cannot reach it gives up, and so does a
 * keeper that nobody reaches.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "others have no further loopback addresses")
class ResignationSystemTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);
    private static final int SHARDS = 12;
    private static final int WORKERS = 3;
    private static final String POOL = "default";
    private static final int RPM = 1_200;
    // what the limit lets through in 15 s: who is cut off has some of it, and so have the others
    private static final int WAITING = 300;
    // noticed after 2 s, said after 2 s more, acted upon 4 to 8 s later, each by the next look:
    // 15 s at most, on a machine that has time for it
    private static final Duration GIVES_UP_WITHIN = Duration.ofSeconds(20);
    // 10 s after it went, and what the others let go for it
    private static final Duration RETURNS_WITHIN = Duration.ofSeconds(18);
    // from the cut on: given up, taken over, and what waits at the limit's pace
    private static final Duration SERVED_WITHIN = Duration.ofSeconds(40);

    // -Dresignation.cut=SILENT and =REFUSED: the other way for each
    private static final Cut WORKER_CUT = cut(Cut.REFUSED);
    private static final Cut KEEPER_CUT = cut(Cut.SILENT);

    private static final List<AutoCloseable> OPEN = new ArrayList<>();

    @TempDir private static Path dir;

    private static AwakeClock clock;
    private static BrokerProcess broker;
    private static FakeNode node;
    private static Fleet front;
    private static LinkedWorkers workers;

    @BeforeAll
    static void start() throws Exception {
        clock = add(AwakeClock.start());
        broker = add(BrokerProcess.start(dir.resolve("broker")));
        node = add(FakeNode.start(Keep.LENGTHS, seen -> Reply.status(200)));
        var nodes = new NodesYaml().node("n", POOL, node, RPM, 1_000_000_000L, 16).in(dir);
        front = add(Fleet.withoutWorker(broker.bootstrapServers(), nodes, Map.of()));
        var none = Map.of("WORKER_LARGEST_BODY_BYTES", "0");
        workers = add(LinkedWorkers.start(dir, broker.bootstrapServers(), WORKERS, none));
        workers.ready();
    }

    private static <T extends AutoCloseable> T add(T part) {
        OPEN.add(part);
        return part;
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable part : OPEN.reversed()) {
            part.close();
        }
    }

    /** Each has shards, and has asked the keeper, whoever that is. */
    @BeforeEach
    void allTakePart() {
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                IntStream.range(0, WORKERS)
                                        .noneMatch(i -> workers.shards(i).isEmpty()));
        awaitSuccess(post(2 * SHARDS), System.nanoTime());
    }

    @Test
    void aWorkerThatCannotReachTheKeeperLeavesItsShardsToThoseThatDo() throws Exception {
        int keeper = workers.keeperOf(POOL);
        int alone = (keeper + 1) % WORKERS;
        var before = resignations();
        var ids = post(WAITING);
        long cut = System.nanoTime();
        workers.cut(alone, keeper, WORKER_CUT);

        clock.awaitWithin(
                "it gives up", cut, GIVES_UP_WITHIN, () -> workers.shards(alone).isEmpty());
        assertThat(workers.shards(keeper)).isNotEmpty();
        assertThat(workers.keeperOf(POOL)).isEqualTo(keeper);
        workers.heal(alone, keeper, WORKER_CUT);
        long healed = System.nanoTime();
        awaitSuccess(ids, cut);
        long served = System.nanoTime();
        Duration left = RETURNS_WITHIN.minus(clock.awake(healed, served));
        clock.awaitWithin(
                "it returns",
                served,
                left.compareTo(A_SECOND) > 0 ? left : A_SECOND,
                () -> !workers.shards(alone).isEmpty());
        report("a worker alone", cut, healed, served);

        awaitSuccess(post(2 * SHARDS), System.nanoTime());
        assertThat(resignations()).isEqualTo(oneMoreOf(alone, before));
        assertPromises();
    }

    @Test
    void aKeeperThatNobodyReachesLeavesThePoolToAnother() throws Exception {
        int keeper = workers.keeperOf(POOL);
        // it has enough of its own to use the limit until it gives up, and the others have some
        var before = resignations();
        int shard = workers.shards(keeper).getFirst();
        new DirectLog(broker.bootstrapServers()).append(POOL, shard, WAITING);
        var ids = post(WAITING / 2);
        long cut = System.nanoTime();
        others(keeper).forEach(other -> workers.cut(other, keeper, KEEPER_CUT));

        clock.awaitWithin(
                "it gives up", cut, GIVES_UP_WITHIN, () -> workers.shards(keeper).isEmpty());
        long gone = System.nanoTime();
        clock.awaitWithin(
                "another keeps the pool",
                gone,
                Duration.ofSeconds(10),
                () -> others(keeper).stream().anyMatch(o -> workers.keeps(o, POOL)));
        assertThat(others(keeper)).noneMatch(other -> workers.shards(other).isEmpty());
        others(keeper).forEach(other -> workers.heal(other, keeper, KEEPER_CUT));
        awaitSuccess(ids, cut);
        await().atMost(SERVED_WITHIN)
                .untilAsserted(() -> assertThat(audit().requests().pending()).isZero());
        report("a keeper alone", cut, gone, System.nanoTime());
        assertThat(resignations()).isEqualTo(oneMoreOf(keeper, before));
        assertPromises();
    }

    private static Cut cut(Cut unlessSaid) {
        return Cut.valueOf(System.getProperty("resignation.cut", unlessSaid.name()));
    }

    private static List<Integer> others(int worker) {
        return IntStream.range(0, WORKERS).filter(i -> i != worker).boxed().toList();
    }

    /** How often each has given up by now. */
    private static List<Long> resignations() {
        return IntStream.range(0, WORKERS)
                .mapToObj(
                        i ->
                                workers.output(i)
                                        .lines()
                                        .filter(line -> line.contains("gives its shards up"))
                                        .count())
                .toList();
    }

    private static List<Long> oneMoreOf(int worker, List<Long> before) {
        return IntStream.range(0, WORKERS)
                .mapToObj(i -> before.get(i) + (i == worker ? 1 : 0))
                .toList();
    }

    private static List<String> post(int count) {
        Client client = front.ingress();
        return Parallel.map(
                8,
                IntStream.range(0, count).boxed().toList(),
                i -> client.queue("/queue/default/" + i, "x"));
    }

    private static void awaitSuccess(List<String> ids, long fromNanos) {
        Client client = front.ingress();
        for (String id : ids) {
            long left =
                    SERVED_WITHIN.toSeconds()
                            - (System.nanoTime() - fromNanos) / A_SECOND.toNanos();
            assertThat(
                            client.state(id, Math.toIntExact(Math.max(0, left)))
                                    .path("status")
                                    .asString())
                    .as(id)
                    .isEqualTo("succeeded");
        }
    }

    private static AuditReport audit() throws Exception {
        var settings =
                Settings.of(Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()), Map.of());
        return Audit.run(KafkaSettings.read(settings, KafkaClients.knownKeys()), Instant.now());
    }

    /** All that the log has ended well, was sent once, and never faster than the limit allows. */
    private static void assertPromises() throws Exception {
        AuditReport audit = audit();
        assertThat(audit.breachCounts()).isEmpty();
        assertThat(audit.requests().succeeded()).isEqualTo(audit.requests().accepted());
        assertThat(node.seen().stream().map(seen -> seen.header("Sluice-Request-Id")))
                .doesNotHaveDuplicates()
                .hasSize(Math.toIntExact(audit.requests().accepted()));
        assertThat(SlidingWindow.peakPerMinute(node.hits()).requests()).isLessThanOrEqualTo(RPM);
        // two keepers at work at one time would do twice the pace; a grant is good for a second
        assertThat(SlidingWindow.peak(node.hits(), Duration.ofSeconds(10)).requests())
                .isLessThanOrEqualTo(RPM * 12 / 60);
    }

    private static void report(String what, long cut, long gone, long served) {
        System.out.printf(
                "%s: gave up after %.1f s, all served after %.1f s; most in 10 s: %s%n",
                what,
                (gone - cut) / 1e9,
                (served - cut) / 1e9,
                SlidingWindow.peak(node.hits(), Duration.ofSeconds(10)));
    }
}
