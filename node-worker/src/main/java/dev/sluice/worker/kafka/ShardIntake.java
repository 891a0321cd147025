package dev.sluice.worker.kafka;

import dev.sluice.protocol.RequestsTopic;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

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
    private boolean changed = true;

    /** Since when there is something that no checkpoint in the log knows. */
    private OptionalLong unsavedSinceNanos;

    /** What the latest checkpoint that the log has says: none of it is needed to take over. */
    Map<TopicPartition, Long> checkpointed = Map.of();

    private long checkpointAtNanos;

    ShardIntake(int shard, long resultsStart, long nowNanos) {
        this.shard = shard;
        this.resultsStart = resultsStart;
        this.checkpointAtNanos = nowNanos;
        this.unsavedSinceNanos = OptionalLong.of(nowNanos);
    }

    boolean changed() {
        return changed;
    }

    /** Something was read that the next checkpoint is to say. */
    void change(long nowNanos) {
        changed = true;
        if (unsavedSinceNanos.isEmpty()) {
            unsavedSinceNanos = OptionalLong.of(nowNanos);
        }
    }

    /** A checkpoint of all that was read so far is on its way. */
    void takeCheckpoint(long nowNanos) {
        changed = false;
        checkpointAtNanos = nowNanos;
    }

    /** The broker has the checkpoint that was taken then. */
    void saved(long takenAtNanos) {
        boolean more = changed || checkpointAtNanos != takenAtNanos;
        unsavedSinceNanos = more ? OptionalLong.of(takenAtNanos) : OptionalLong.empty();
    }

    /** Since when there is something that no checkpoint in the log knows, if there is. */
    OptionalLong unsavedSinceNanos() {
        return unsavedSinceNanos;
    }

    /**
     * Where the next owner must begin to read the results: as far as they were read, but not beyond
     * a held record that still binds.
     */
    long from(long resultsPosition, Instant now) {
        held.values().removeIf(until -> !until.isAfter(now));
        return held.keySet().stream().findFirst().orElse(resultsPosition);
    }

    long checkpointAtNanos() {
        return checkpointAtNanos;
    }

    boolean knows(RequestsTopic topic) {
        return waiting.containsKey(topic) || expected.containsKey(topic);
    }
}
