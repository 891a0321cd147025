package dev.sluice.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.NodeSpec;
import dev.sluice.testkit.SlidingWindow;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** No sliding minute holds more than the limit, as the node counts: exactly. */
class GateLimitsTest {

    @Property(tries = 60)
    void noMinuteIsAboveTheLimits(@ForAll @LongRange(min = 0, max = 1 << 30) long seed) {
        var random = new Random(seed);
        NodeSpec spec = anyNode(random, 3000);
        var run = run(spec, random);

        run.runUntil(Duration.ofMinutes(3));

        assertWithin(run.peak(), spec.rpm(), spec.bpm());
        assertThat(run.most).isLessThanOrEqualTo(spec.maxInFlight());
    }

    @Property(tries = 4)
    void noMinuteIsAboveAHighLimit(@ForAll @IntRange(min = 30_000, max = 60_000) int rpm) {
        var random = new Random(rpm);
        var run = new GateRun(GateRun.node(rpm, 1L << 39, 200), random, () -> 0, 0, 20);

        run.runUntil(Duration.ofSeconds(130));

        assertWithin(run.peak(), rpm, 1L << 39);
    }

    @Property(tries = 40)
    void limitsChangedMeanwhileHoldTheLargerOne(
            @ForAll @LongRange(min = 0, max = 1 << 30) long seed) {
        var random = new Random(seed);
        NodeSpec one = anyNode(random, 3000);
        NodeSpec other = anyNode(random, 3000);
        long smaller = Math.min(one.bpm(), other.bpm());
        IntSupplier sizes = sizes(random, (int) Math.min(smaller, GateRun.LARGEST_BODY));
        var run = new GateRun(one, random, sizes, 0, 2000);
        for (int i = 1; i <= 5; i++) {
            NodeSpec next = i % 2 == 0 ? one : other;
            run.at(
                    Duration.ofMillis(random.nextInt(240_000)),
                    () -> run.gate.respecify(next, run.now));
        }

        run.runUntil(Duration.ofMinutes(4));

        assertWithin(
                run.peak(), Math.max(one.rpm(), other.rpm()), Math.max(one.bpm(), other.bpm()));
    }

    @Property(tries = 150)
    void aNewKeeperKnowsNothingAndStillHoldsTheLimit(
            @ForAll @LongRange(min = 0, max = 1 << 30) long seed) {
        var random = new Random(seed);
        NodeSpec spec = anyNode(random, 600);
        var run = run(spec, random);
        run.at(
                Duration.ofMillis(random.nextInt(60_000, 180_000)),
                () -> run.gate = new Gate(spec, GateRun.SETTINGS, run.now, run.now));

        run.runUntil(Duration.ofMinutes(5));

        assertWithin(run.peak(), spec.rpm(), spec.bpm());
    }

    @Property(tries = 150)
    void aNewKeeperThatWasToldHoldsTheLimit(@ForAll @LongRange(min = 0, max = 1 << 30) long seed) {
        var random = new Random(seed);
        NodeSpec spec = anyNode(random, 3000);
        NodeSpec other = random.nextInt(4) == 0 ? anyNode(random, 3000) : spec;
        long smaller = Math.min(spec.bpm(), other.bpm());
        IntSupplier sizes = sizes(random, (int) Math.min(smaller, GateRun.LARGEST_BODY));
        var run = new GateRun(spec, random, sizes, 0, random.nextBoolean() ? 300 : 20_000);
        for (int i = 0; i < 3; i++) {
            NodeSpec next = i % 2 == 0 ? other : spec;
            run.handOver(
                    Duration.ofMillis(60_000L * i + random.nextInt(20_000, 70_000)),
                    Duration.ofMillis(random.nextInt(4_000)),
                    Duration.ofMillis(random.nextInt(3) == 0 ? 0 : random.nextInt(2_500)),
                    next);
        }

        run.runUntil(Duration.ofMinutes(5));

        assertWithin(
                run.peak(), Math.max(spec.rpm(), other.rpm()), Math.max(spec.bpm(), other.bpm()));
    }

    private static GateRun run(NodeSpec spec, Random random) {
        int largest = (int) Math.min(spec.bpm(), GateRun.LARGEST_BODY);
        int latency = random.nextInt(4) == 0 ? 20_000 : 300;
        var run = new GateRun(spec, random, sizes(random, largest), 0, latency);
        return random.nextBoolean() ? run.losingReports() : run;
    }

    /** Limits of very different sizes, as often small as large. */
    private static NodeSpec anyNode(Random random, int rpmMax) {
        int rpm = (int) Math.exp(random.nextDouble(Math.log(rpmMax + 1)));
        long bpm = (long) Math.exp(random.nextDouble(Math.log(1000), Math.log(1e9)));
        return GateRun.node(rpm, bpm, 1 + random.nextInt(64));
    }

    private static IntSupplier sizes(Random random, int largest) {
        return switch (random.nextInt(4)) {
            case 0 -> () -> 0;
            case 1 -> () -> largest;
            case 2 -> () -> random.nextInt(5) == 0 ? largest : random.nextInt(1 + largest / 20);
            default -> () -> random.nextInt(1 + largest);
        };
    }

    private static void assertWithin(SlidingWindow.Peak peak, long rpm, long bpm) {
        assertThat(List.of(peak.requests(), peak.bytes()))
                .satisfies(
                        p -> assertThat(p.get(0)).isLessThanOrEqualTo(rpm),
                        p -> assertThat(p.get(1)).isLessThanOrEqualTo(bpm));
    }
}
