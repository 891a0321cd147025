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
 */
final class Pace {

    private static final long MINUTE_NANOS = 60_000_000_000L;
    private static final long BUCKETS_A_MINUTE = 1200; // of 50 ms

    // a debt of the largest body at the smallest rate must still be a debt, not a refusal
    private static final Duration DEBT_MAX = Duration.ofDays(365);

    private final AtomicRateLimiter limiter;
    private long now;

    Pace(String name, long perMinute, long nowNanos) {
        this.now = nowNanos;
        long bucket = Math.max(1, perMinute / BUCKETS_A_MINUTE);
        // rounded up, so that the pace is never above the rate
        long periodNanos = Math.ceilDiv(Math.multiplyExact(bucket, MINUTE_NANOS), perMinute);
        this.limiter =
                new AtomicRateLimiter(
                        name,
                        RateLimiterConfig.custom()
                                .limitForPeriod(Math.toIntExact(bucket))
                                .limitRefreshPeriod(Duration.ofNanos(periodNanos))
                                .timeoutDuration(DEBT_MAX)
                                .build(),
                        () -> now);
        limiter.drainPermissions();
    }

    /** Nanoseconds until there is no debt and at least one unit; 0 if now. */
    long waitNanos(long nowNanos) {
        now = nowNanos;
        if (limiter.getMetrics().getAvailablePermissions() > 0) {
            return 0;
        }
        return Math.max(1, limiter.getDetailedMetrics().getNanosToWait());
    }

    /** Takes so many units, if need be as a debt; the caller has seen that there is none now. */
    void take(int units, long nowNanos) {
        now = nowNanos;
        if (units > 0 && limiter.reservePermission(units) < 0) {
            throw new IllegalStateException("a debt of " + units + " was refused");
        }
    }
}
