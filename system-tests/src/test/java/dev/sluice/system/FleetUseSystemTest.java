package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.protocol.PoolName;
import dev.sluice.testkit.BrokerProcess;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.FakeNode.Keep;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.SlidingWindow;
import dev.sluice.testkit.SlidingWindow.Hit;
import dev.sluice.worker.keeper.Keeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four worker processes and one gatehouse for each pool: limits are used to the full whichever
 * worker has the work, and soon again after the keeper is killed.
 *
 * <p>{@code -Duse.seconds=600} measures for so long (docs/operations.md).
 */
class FleetUseSystemTest {

    private static final int SHARDS = 12;
    private static final int WORKERS = 4;
    private static final Duration MEASURED =
            Duration.ofSeconds(Integer.getInteger("use.seconds", 10));
    // from so long after a fault on, the limits are used to the full
    private static final Duration RECOVERS = Duration.ofSeconds(10);

    /** A pool with one node. */
    private record Limited(String pool, int rpm, FakeNode node) {

        static Limited of(String pool, int rpm) {
            var node = FakeNode.start(Keep.LENGTHS, seen -> Reply.status(200));
            return new Limited(pool, rpm, node);
        }

        /** Of what the limit allows in so long, but for the time in which we stood still. */
        double use(long fromNanos, Duration length, AwakeClock clock) {
            long hits =
                    node.hits().stream()
                            .filter(hit -> hit.nanos() - fromNanos >= 0)
                            .filter(hit -> hit.nanos() - fromNanos < length.toNanos())
                            .count();
            return hits / whole(fromNanos, length, clock);
        }

        private double whole(long fromNanos, Duration length, AwakeClock clock) {
            return rpm * clock.awake(fromNanos, fromNanos + length.toNanos()).toNanos() / 60e9;
        }

        /** 98 %, and two requests less: where the window begins and ends between two of them. */
        void assertUsed(long fromNanos, AwakeClock clock, String report) {
            double whole = whole(fromNanos, MEASURED, clock);
            assertThat(use(fromNanos, MEASURED, clock) * whole)
                    .as(report)
                    .isGreaterThanOrEqualTo(0.98 * whole - 2);
        }

        long lastNanos() {
            return node.hits().stream().mapToLong(Hit::nanos).max().orElseThrow();
        }
    }

    private final List<AutoCloseable> open = new ArrayList<>();
    private final AwakeClock clock = add(AwakeClock.start());

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
    }

    @Test
    void limitsAreUsedWhereverTheWorkIsAndAfterTheKeeperIsKilled(@TempDir Path dir)
            throws Exception {
        // all work at one worker; at all of them; and a limit smaller than the number of workers
        var pools = List.of(Limited.of("one", 60), Limited.of("all", 600), Limited.of("six", 6));
        var workers = fleet(dir, pools, 60 + 2 * (int) MEASURED.toSeconds());
        long begun = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        passMeasured(begun);
        String before = report(pools, begun);

        WorkerProcess keeper = keeperOf("all", workers);
        long killed = System.nanoTime();
        keeper.kill();
        Limited all = pools.get(1);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> all.lastNanos() - killed > Duration.ofSeconds(1).toNanos());
        double gap = gapAfter(all, killed);
        long again = killed + RECOVERS.toNanos();
        passMeasured(again);
        String after = report(pools, again);
        System.out.println(
                "use before: %s%nkeeper killed, next request after %.1f s%nuse from 10 s after: %s"
                        .formatted(before, gap, after));

        for (Limited of : pools) {
            of.assertUsed(begun, clock, before);
            of.assertUsed(again, clock, after);
        }
        assertThat(gap).isLessThan(6);
        assertWithinLimits(pools);
    }

    /** The long form: each worker in turn stands still for so long (docs/operations.md). */
    @Test
    @EnabledIfSystemProperty(named = "use.stopped", matches = "\\d+")
    void limitsAreUsedAfterEachWorkerHasStoodStill(@TempDir Path dir) throws Exception {
        var stopped = Duration.ofSeconds(Integer.getInteger("use.stopped"));
        var pools = List.of(Limited.of("one", 60), Limited.of("all", 600), Limited.of("six", 6));
        Duration round = stopped.plus(RECOVERS).plus(MEASURED);
        var workers = fleet(dir, pools, 60 + WORKERS * (int) round.toSeconds());
        for (WorkerProcess worker : workers) {
            worker.standStill();
            long still = System.nanoTime();
            await().atMost(stopped.plusMinutes(1))
                    .until(() -> System.nanoTime() - still > stopped.toNanos());
            worker.goOn();
            long again = System.nanoTime() + RECOVERS.toNanos();
            passMeasured(again);
            String after = report(pools, again);
            System.out.println("stood still " + stopped + ", use from 10 s after: " + after);
            pools.forEach(of -> of.assertUsed(again, clock, after));
        }
        assertWithinLimits(pools);
    }

    /** A fleet at work, with so much to do that it lasts for so many seconds at the limits. */
    private List<WorkerProcess> fleet(Path dir, List<Limited> pools, int seconds) throws Exception {
        var broker = add(BrokerProcess.start(dir.resolve("broker")));
        var yaml = new NodesYaml();
        for (Limited of : pools) {
            add(of.node());
            yaml.node("n-" + of.pool(), of.pool(), of.node(), of.rpm(), 1_000_000_000L, 16);
        }
        var front =
                add(
                        Fleet.withoutWorker(
                                broker.bootstrapServers(),
                                yaml.in(dir),
                                Map.of("QUEUE_MAX_DRAIN_SECONDS", "86400")));
        var workers = new ArrayList<WorkerProcess>();
        for (int i = 0; i < WORKERS; i++) {
            var none = Map.of("WORKER_LARGEST_BODY_BYTES", "0");
            workers.add(add(WorkerProcess.start(dir, broker.bootstrapServers(), none)));
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () ->
                                assertThat(sharesOf(workers))
                                        .as(() -> outputs(workers))
                                        .hasSize(WORKERS));
        new DirectLog(broker.bootstrapServers()).append("one", 3, seconds * 60 / 60);
        new DirectLog(broker.bootstrapServers()).append("six", 4, 10 + seconds * 6 / 60);
        Parallel.map(
                8,
                IntStream.range(0, seconds * 600 / 60).boxed().toList(),
                i -> front.ingress().queue("/queue/all", "x"));
        pools.forEach(of -> await().until(() -> of.node().count() > 0));
        return workers;
    }

    private static void passMeasured(long fromNanos) {
        await().atMost(MEASURED.plusMinutes(1))
                .until(() -> System.nanoTime() - fromNanos > MEASURED.toNanos());
    }

    private static void assertWithinLimits(List<Limited> pools) {
        for (Limited of : pools) {
            assertThat(SlidingWindow.peakPerMinute(of.node().hits()).requests())
                    .as(of.pool())
                    .isLessThanOrEqualTo(of.rpm());
        }
    }

    private String report(List<Limited> pools, long from) {
        var text = new StringBuilder();
        for (Limited of : pools) {
            text.append(
                    "%s (%d a minute) %.3f; "
                            .formatted(of.pool(), of.rpm(), of.use(from, MEASURED, clock)));
        }
        return text.toString();
    }

    /** How long the node got nothing once what was granted before was sent. */
    private double gapAfter(Limited of, long killed) {
        long moment = Duration.ofMillis(500).toNanos();
        long first =
                of.node().hits().stream()
                        .mapToLong(Hit::nanos)
                        .filter(at -> at - killed > moment)
                        .min()
                        .orElseThrow();
        return clock.awake(killed, first).toNanos() / 1e9;
    }

    /** The shards that each worker said it took last, of those that have any. */
    private static List<List<Integer>> sharesOf(List<WorkerProcess> workers) {
        return workers.stream()
                .map(FleetUseSystemTest::taken)
                .filter(shards -> !shards.isEmpty())
                .toList();
    }

    private static String outputs(List<WorkerProcess> workers) {
        return workers.stream().map(WorkerProcess::output).collect(Collectors.joining("\n---\n"));
    }

    private static List<Integer> taken(WorkerProcess worker) {
        var taken = new ArrayList<Integer>();
        var matcher =
                Pattern.compile("(takes|lets) shards \\[([0-9, ]+)\\]").matcher(worker.output());
        while (matcher.find()) {
            var shards =
                    Pattern.compile(", ")
                            .splitAsStream(matcher.group(2))
                            .map(Integer::valueOf)
                            .toList();
            if (matcher.group(1).equals("takes")) {
                taken.addAll(shards);
            } else {
                taken.removeAll(shards);
            }
        }
        return taken;
    }

    private static WorkerProcess keeperOf(String pool, List<WorkerProcess> workers) {
        int shard = Keeper.shardOf(new PoolName(pool), SHARDS);
        return workers.stream().filter(w -> taken(w).contains(shard)).findFirst().orElseThrow();
    }

    private <T extends AutoCloseable> T add(T part) {
        open.add(part);
        return part;
    }
}
