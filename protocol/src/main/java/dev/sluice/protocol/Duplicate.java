package dev.sluice.protocol;

import java.time.Instant;

/**
 * The end of a request that came under the idempotency key of an earlier one: it is never sent, and
 * whoever asks for it is led to the first one's result.
 *
 * @param first the request that is sent instead; of the same pool, and so of the same shard
 * @param queuedAt the broker's append time of the request
 * @param endedAt when it was known to be a duplicate; the first may still wait
 * @param worker the worker that recorded it
 */
public record Duplicate(
        RequestId request, RequestId first, Instant queuedAt, Instant endedAt, String worker)
        implements Ending {

    public Duplicate {
        if (first.equals(request)) {
            throw new IllegalArgumentException("a duplicate of itself: " + request);
        }
    }
}
