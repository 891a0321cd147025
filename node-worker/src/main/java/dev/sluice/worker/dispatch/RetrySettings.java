package dev.sluice.worker.dispatch;

import java.time.Duration;

/**
 * When and how often requests are tried again.
 *
 * @param maxAttempts attempts that count, for each request
 * @param on what is tried again
 * @param firstBackoff the most that it waits after the first attempt, doubled after each further
 * @param maxBackoff and no more than this
 */
public record RetrySettings(
        int maxAttempts, RetryOn on, Duration firstBackoff, Duration maxBackoff) {

    /** The shortest backoff: below, a retry is a hammer. */
    public static final Duration MIN_BACKOFF = Duration.ofMillis(10);

    public static final Duration DEFAULT_FIRST_BACKOFF = Duration.ofMillis(200);
    public static final Duration DEFAULT_MAX_BACKOFF = Duration.ofSeconds(30);

    public RetrySettings {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("at least one attempt");
        }
        if (firstBackoff.compareTo(MIN_BACKOFF) < 0 || maxBackoff.compareTo(firstBackoff) < 0) {
            throw new IllegalArgumentException(
                    "backoff from " + firstBackoff + " to " + maxBackoff);
        }
    }

    /** Everything else as it is by default. */
    public static RetrySettings of(int maxAttempts) {
        return new RetrySettings(
                maxAttempts, RetryOn.DEFAULT, DEFAULT_FIRST_BACKOFF, DEFAULT_MAX_BACKOFF);
    }
}
