package dev.sluice.protocol;

import java.time.Instant;
import java.util.List;

/**
 * The word of a worker that lets a shard go alive: these requests are still in flight here.
 *
 * <p>The next owner does not send them again before {@code until}; their results come before that,
 * or never.
 */
public record Held(int shard, Instant until, List<RequestId> requests) implements ResultsRecord {

    public Held {
        requests = List.copyOf(requests);
    }
}
