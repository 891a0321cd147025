package dev.sluice.protocol;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * A worker as it announces itself; an entry of the workers topic.
 *
 * @param url where the other workers reach its process
 * @param key what they must show there; drawn by each process when it starts
 * @param shards those it owns at the moment
 * @param reaches keepers that it needs and talks to
 * @param cannotReach keepers that it needs and cannot talk to
 * @param announcedAt by its own clock
 */
public record WorkerInfo(
        String id,
        String url,
        String key,
        List<OwnedShard> shards,
        List<String> reaches,
        List<String> cannotReach,
        Instant startedAt,
        Instant announcedAt) {

    /**
     * A shard that a worker owns.
     *
     * @param epoch grows each time that the shard changes hands
     */
    public record OwnedShard(int shard, long epoch) {}

    public WorkerInfo {
        shards = List.copyOf(shards);
        reaches = List.copyOf(reaches);
        cannotReach = List.copyOf(cannotReach);
    }

    /** The epoch in which it owns this shard, if it does. */
    public OptionalLong epochOf(int shard) {
        OptionalLong latest = OptionalLong.empty();
        for (OwnedShard owned : shards) {
            if (owned.shard == shard && (latest.isEmpty() || latest.getAsLong() < owned.epoch)) {
                latest = OptionalLong.of(owned.epoch);
            }
        }
        return latest;
    }

    /** Without the key: it is nobody's business but the workers'. */
    @Override
    public String toString() {
        return "WorkerInfo[%s at %s, %s]".formatted(id, url, shards);
    }
}
