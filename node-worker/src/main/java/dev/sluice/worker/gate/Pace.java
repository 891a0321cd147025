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
    private final long bucket;
    private final long periodNanos;
    private final long ahead;
    private final long startNanos;
    private long now;

    Pace(String name, long perMinute, long nowNanos) {
        this.now = nowNanos;
        this.startNanos = nowNanos;
        this.bucket = Math.clamp(perMinute / BUCKETS_A_MINUTE, 1, UNITS_MAX);
        // rounded up, so that the pace is never above the rate
        this.periodNanos = Math.ceilDiv(Math.multiplyExact(bucket, MINUTE_NANOS), perMinute);
        this.ahead = Math.min(perMinute * AHEAD_MILLIS / 60_000, UNITS_MAX);
        this.limiter =
                new AtomicRateLimiter(
                        name,
                        RateLimiterConfig.custom()
                                .limitForPeriod((int) bucket)
                                .limitRefreshPeriod(Duration.ofNanos(periodNanos))
                                .timeoutDuration(DEBT_MAX)
                                .build(),
                        () -> now);
        limiter.drainPermissions();
        take((int) ahead, nowNanos);
    }

    /** Nanoseconds until the debt is small enough for the next one; 0 if it is now. */
    long waitNanos(long nowNanos) {
        now = nowNanos;
        long missing = 1 - ahead - limiter.getMetrics().getAvailablePermissions();
        if (missing <= 0) {
            return 0;
        }
        long toRefill = periodNanos - (nowNanos - startNanos) % periodNanos;
        return toRefill + (Math.ceilDiv(missing, bucket) - 1) * periodNanos;
    }

    /** Takes so many units, if need be as a debt; the caller has seen that it may. */
    void take(int units, long nowNanos) {
        now = nowNanos;
        if (units > 0 && limiter.reservePermission(units) < 0) {
            throw new IllegalStateException("a debt of " + units + " was refused");
        }
    }

    /** The most units that can pass in so long, besides what the last take is larger than one. */
    long most(long nanos) {
        return nanos <= 0 ? 0 : ahead + bucket * (1 + Math.ceilDiv(nanos, periodNanos));
    }
}
