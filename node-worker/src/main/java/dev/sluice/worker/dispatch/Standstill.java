package dev.sluice.worker.dispatch;

import java.util.OptionalLong;

/**
 * Tells a stop of the process from whatever should have happened meanwhile: right after a stop all
 * timers are late, ours and those that we watch, and those get a moment of their own first.
 *
 * <p>It puts off once for each stop, and never twice in a row: looks that are always late are not a
 * stop.
 */
public final class Standstill {

    private final long stopNanos;
    private final long graceNanos;
    private OptionalLong lookedAtNanos = OptionalLong.empty();
    private OptionalLong graceUntilNanos = OptionalLong.empty();

    /**
     * One that has not looked yet.
     *
     * @param stopNanos looks that are further apart are a stop
     * @param graceNanos how long nothing is judged after one
     */
    public Standstill(long stopNanos, long graceNanos) {
        this.stopNanos = stopNanos;
        this.graceNanos = graceNanos;
    }

    /** A look; whether what is late now may be late because of a stop. */
    public boolean isJustOver(long nowNanos) {
        boolean stopped =
                lookedAtNanos.isPresent() && nowNanos - lookedAtNanos.getAsLong() > stopNanos;
        lookedAtNanos = OptionalLong.of(nowNanos);
        if (graceUntilNanos.isPresent()) {
            boolean waits = graceUntilNanos.getAsLong() - nowNanos > 0;
            if (!waits) {
                graceUntilNanos = OptionalLong.empty();
            }
            return waits;
        }
        if (stopped) {
            graceUntilNanos = OptionalLong.of(nowNanos + graceNanos);
        }
        return stopped;
    }
}
