package dev.sluice.chassis.metrics;

import java.time.Duration;
import java.util.stream.LongStream;

/** The upper bounds of our histograms' buckets: few, for each is a series. */
public final class Buckets {

    private Buckets() {}

    /** Of what takes as long as a call: 1 ms to a minute. */
    public static Duration[] calls() {
        return millis(
                1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000);
    }

    /** Of what may wait for its turn: 5 ms to a day. */
    public static Duration[] waits() {
        return millis(
                5,
                25,
                100,
                500,
                1_000,
                5_000,
                15_000,
                60_000,
                300_000,
                900_000,
                3_600_000,
                14_400_000,
                86_400_000);
    }

    private static Duration[] millis(long... bounds) {
        return LongStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }
}
