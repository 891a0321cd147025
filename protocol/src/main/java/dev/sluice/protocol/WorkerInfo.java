package dev.sluice.protocol;

import java.time.Instant;
import java.util.List;

/**
 * A worker as it announces itself; an entry of the workers topic.
 *
 * @param url where its HTTP port can be reached
 * @param shards the shards it owns at the moment
 * @param announcedAt by its own clock; one that is silent for a minute is taken for gone
 */
public record WorkerInfo(
        String id, String url, List<Integer> shards, Instant startedAt, Instant announcedAt) {

    public WorkerInfo {
        shards = List.copyOf(shards);
    }
}
