package dev.sluice.worker.gate;

import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.time.Duration;

/**
 * An even pace of so many units a minute, on a Resilience4j rate limiter with a small bucket.
 *
 * <p>The bucket holds 50 ms of the rate, at least one unit: enough to serve the timer's steps, too
 * little to make a burst. It starts empty. A take may leave a debt of any size, which later refills
 * pay.
 *
 * <p>A debt of up to {@value #AHEAD_MILLIS} ms of the rate does not close it: with mixed sizes now
 * the pace of requests and now that of bytes holds a request back, and what the other has to offer
 * meanwhile would be lost in so small a bucket. The exact bound is the record's, not the pace's.
 */
final class Pace {

    static final long AHEAD_MILLIS = 500;

    private static final long MINUTE_NANOS = 60_000_000_000L;
    private static final long BUCKETS_A_MINUTE = 1200; // of 50 ms

    // permissions are ints in the limiter: bucket, ahead and the largest debt must fit together
    private static final long UNITS_MAX = 1 << 27;

    // a debt of the largest body at the smallest rate must still be a debt, not a refusal
    private static final Duration DEBT_MAX = Duration.ofDays(365);

    private final AtomicRateLimiter limiter;
    private final long perMinute;
    private final long bucket;
    private final long periodNanos;
    private final long ahead;
    private final long startNanos;
    private long now;

    /** A pace that begins now, with nothing to spare. */
    Pace(String name, long perMinute, long nowNanos) {
        this(name, perMinute, nowNanos, 0);
    }

    private Pace(String name, long perMinute, long startNanos, long spare) {
        this.now = startNanos;
        this.startNanos = startNanos;
        this.perMinute = perMinute;
        this.bucket = bucket(perMinute);
        this.periodNanos = periodNanos(perMinute);
        this.ahead = ahead(perMinute);
        this.limiter =
                new AtomicRateLimiter(
                        name,
                        RateLimiterConfig.custom()
                                .limitForPeriod((int) bucket)
                                .limitRefreshPeriod(Duration.ofNanos(periodNanos))
                                .timeoutDuration(DEBT_MAX)
                                .build(),
                        () -> now);
        take(Math.max(0, bucket + ahead - spare), startNanos); // it starts full
    }

    /** A pace that goes on where another stood, perhaps at another rate: a debt stays a debt. */
    static Pace resumed(String name, long perMinute, PaceState stood) {
        long period = periodNanos(perMinute);
        double left = (double) (stood.refillNanos() - stood.asOfNanos());
        // of a period that was half over, half is over
        long toRefill = (long) (left * period / periodNanos(stood.perMinute()));
        long start = stood.asOfNanos() + Math.clamp(toRefill, 0, period) - period;
        return new Pace(name, perMinute, start, stood.spare());
    }

    PaceState state(long nowNanos) {
        return new PaceState(perMinute, spare(nowNanos), nowNanos, nowNanos + toRefill(nowNanos));
    }

    /** So many units pass before it closes. */
    long spare(long nowNanos) {
        now = nowNanos;
        return ahead + limiter.getMetrics().getAvailablePermissions();
    }

    /** Nanoseconds until the debt is small enough for the next one; 0 if it is now. */
    long waitNanos(long nowNanos) {
        long missing = 1 - spare(nowNanos);
        if (missing <= 0) {
            return 0;
        }
        return toRefill(nowNanos) + (Math.ceilDiv(missing, bucket) - 1) * periodNanos;
    }

    /** Takes so many units, if need be as a debt; the caller has seen that it may. */
    void take(long units, long nowNanos) {
        now = nowNanos;
        if (units > 0 && limiter.reservePermission(Math.toIntExact(units)) < 0) {
            throw new IllegalStateException("a debt of " + units + " was refused");
        }
    }

    /**
     * The most units that can pass in so long at this rate, besides what the last take is larger
     * than one.
     */
    static long most(long perMinute, long nanos) {
        return nanos <= 0
                ? 0
                : ahead(perMinute)
                        + bucket(perMinute) * (1 + Math.ceilDiv(nanos, periodNanos(perMinute)));
    }

    private long toRefill(long nowNanos) {
        return periodNanos - (nowNanos - startNanos) % periodNanos;
    }

    private static long ahead(long perMinute) {
        return Math.min(perMinute * AHEAD_MILLIS / 60_000, UNITS_MAX);
    }

    static long bucket(long perMinute) {
        return Math.clamp(perMinute / BUCKETS_A_MINUTE, 1, UNITS_MAX);
    }

    static long periodNanos(long perMinute) {
        // rounded up, so that the pace is never above the rate
        return Math.ceilDiv(Math.multiplyExact(bucket(perMinute), MINUTE_NANOS), perMinute);
    }
}
