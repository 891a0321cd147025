package dev.sluice.replay;

import java.util.Optional;

/**
 * When the next request may go: no more than a rate, with what a pause left undone made up for only
 * as far as {@value #BURST_NANOS} ns reach, so that a pause is not followed by a flood. One
 * thread's.
 */
public final class Pace {

    static final long BURST_NANOS = 50_000_000;

    private final long intervalNanos;
    private long nextNanos;

    /** A pace that begins now; without a rate everything may go. */
    public Pace(Optional<Rate> rate, long nowNanos) {
        this.intervalNanos = rate.map(Rate::intervalNanos).orElse(0L);
        this.nextNanos = nowNanos;
    }

    /** So long until a request may go; 0: now. */
    public long waitNanos(long nowNanos) {
        return intervalNanos == 0 ? 0 : Math.max(0, nextNanos - nowNanos);
    }

    /** One goes. */
    public void went(long nowNanos) {
        nextNanos = Math.max(nextNanos, nowNanos - BURST_NANOS) + intervalNanos;
    }
}
