package dev.sluice.worker.gate;

/**
 * Where a pace stands, so that another keeper can go on from there.
 *
 * @param perMinute its rate in units a minute
 * @param spare so many units pass before it closes; a debt is below 0
 * @param asOfNanos when that is so
 * @param refillNanos when the next bucket comes
 */
public record PaceState(long perMinute, long spare, long asOfNanos, long refillNanos) {

    /** The most that can have been taken until then, besides what the last take is larger. */
    long mostUntil(long nanos) {
        long after = nanos - refillNanos;
        long refills = after < 0 ? 0 : 1 + after / Pace.periodNanos(perMinute);
        return Math.max(0, spare + refills * Pace.bucket(perMinute));
    }

    /** The same by a clock that shows so much more. */
    PaceState shifted(long byNanos) {
        return new PaceState(perMinute, spare, asOfNanos + byNanos, refillNanos + byNanos);
    }
}
