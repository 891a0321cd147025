package dev.sluice.worker.kafka;

import dev.sluice.protocol.RequestsTopic;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** How far the loop has read one shard, and what it waits for before it reads on. */
final class ShardIntake {

    final int shard;

    /** Results are known from here on; below, checkpoints say what is done. */
    long resultsStart;

    /** Requests topics whose results must be read up to here before they are served. */
    final Map<RequestsTopic, Long> waiting = new HashMap<>();

    /** The offset that is expected next, of the topics that are served. */
    final Map<RequestsTopic, Long> expected = new HashMap<>();

    /** Held records that are still in force: where they stand, and until when. */
    final Map<Long, Instant> held = new TreeMap<>();

    /** Whether anything was read that the latest checkpoint does not know. */
    boolean changed = true;

    /** The start of the fold as of the latest acknowledged checkpoint. */
    long checkpointFrom;

    long checkpointAtNanos;

    ShardIntake(int shard, long resultsStart, long nowNanos) {
        this.shard = shard;
        this.resultsStart = resultsStart;
        this.checkpointFrom = resultsStart;
        this.checkpointAtNanos = nowNanos;
    }

    /**
     * Where the next owner must begin to read the results: as far as they were read, but not beyond
     * a held record that still binds.
     */
    long from(long resultsPosition, Instant now) {
        held.values().removeIf(until -> !until.isAfter(now));
        return held.keySet().stream().findFirst().orElse(resultsPosition);
    }

    boolean knows(RequestsTopic topic) {
        return waiting.containsKey(topic) || expected.containsKey(topic);
    }
}
