package dev.sluice.worker.keeper;

import java.util.OptionalLong;

/**
 * A worker's leave to act for its shards: it runs out by itself unless the group answers.
 *
 * <p>It is shorter than the time after which the broker gives a silent member's shards away; so
 * whoever gets them can rely on it that nothing more is granted or sent for them. Safe for use by
 * several threads.
 */
public final class Lease {

    private record Held(boolean held, OptionalLong untilNanos, long term) {

        boolean at(long nowNanos) {
            return held && untilNanos.isPresent() && untilNanos.getAsLong() - nowNanos > 0;
        }
    }

    private final long lengthNanos;
    private volatile Held state = new Held(false, OptionalLong.empty(), 0);

    /**
     * One that is not held.
     *
     * @param lengthNanos how long it lasts from the moment that it is renewed for
     */
    public Lease(long lengthNanos) {
        this.lengthNanos = lengthNanos;
    }

    /** How long it lasts from the moment that it is renewed for. */
    public long lengthNanos() {
        return lengthNanos;
    }

    /** The group is known to have heard of us at that moment, or later. */
    public synchronized void renew(long heardNanos) {
        state = new Held(true, OptionalLong.of(heardNanos + lengthNanos), state.term);
    }

    /** The group has given our shards away, or we have. */
    public synchronized void end() {
        state = new Held(false, state.untilNanos, state.term + 1);
    }

    public boolean isHeld(long nowNanos) {
        return state.at(nowNanos);
    }

    /**
     * The latest moment, up to now, at which nobody else can have had our shards; empty if it was
     * never held.
     */
    public OptionalLong heldUntil(long nowNanos) {
        OptionalLong until = state.untilNanos;
        return until.isPresent() && until.getAsLong() - nowNanos > 0
                ? OptionalLong.of(nowNanos)
                : until;
    }

    /** Whether it is held, and was never ended since this term. */
    public boolean isHeld(long term, long nowNanos) {
        return term() == term && isHeld(nowNanos);
    }

    /** Counts how often it was ended. */
    public long term() {
        return state.term;
    }
}
