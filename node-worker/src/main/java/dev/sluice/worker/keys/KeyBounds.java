package dev.sluice.worker.keys;

import java.time.Duration;

/**
 * How many idempotency keys a worker remembers, and for how long.
 *
 * @param max keys of all its shards; some 150 bytes each
 * @param time from the claim of the first request
 */
public record KeyBounds(int max, Duration time) {

    public KeyBounds {
        if (max < 1 || time.toMillis() < 1) {
            throw new IllegalArgumentException("at least one key and a millisecond");
        }
    }
}
