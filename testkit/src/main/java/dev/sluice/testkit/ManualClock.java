package dev.sluice.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A nano clock and a wall clock that stand still until told to go on.
 *
 * <p>Both go together, except that the wall clock can also be set, as an operator or NTP may do.
 */
public final class ManualClock implements InstantSource {

    private long nanos;
    private Instant wall;

    /** Starts at 2030-01-01T00:00:00Z, and at a nano time that soon wraps around, as any may. */
    public ManualClock() {
        this(Instant.parse("2030-01-01T00:00:00Z"), Long.MAX_VALUE - 1_000_000_000L);
    }

    public ManualClock(Instant wall, long nanos) {
        this.wall = wall;
        this.nanos = nanos;
    }

    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized Instant instant() {
        return wall;
    }

    /** Both clocks go on; returns the nano time after it. */
    public synchronized long advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + by);
        }
        nanos += by.toNanos();
        wall = wall.plus(by);
        return nanos;
    }

    /** The wall clock alone jumps, forward or back. */
    public synchronized void setWall(Instant to) {
        wall = to;
    }
}
