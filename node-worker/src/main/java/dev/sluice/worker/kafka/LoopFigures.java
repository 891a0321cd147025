package dev.sluice.worker.kafka;

import dev.sluice.worker.dispatch.Dispatch;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What a worker shows of itself.
 *
 * @param shards the shards that it reads
 * @param inFlight requests on their way to a node
 * @param requests in memory, by state
 * @param bytes of the bodies of those
 * @param unacknowledgedBytes of results that the log does not have yet
 * @param unsavedSinceNanos of each shard: since when it has something that no checkpoint in the log
 *     knows
 * @param keys idempotency keys that are remembered
 * @param keysForgotten keys that were forgotten before their time, for want of room
 */
public record LoopFigures(
        List<Integer> shards,
        int inFlight,
        Map<String, Integer> requests,
        long bytes,
        long unacknowledgedBytes,
        Map<Integer, OptionalLong> unsavedSinceNanos,
        int keys,
        long keysForgotten) {

    /** Of a loop that has not begun. */
    static final LoopFigures NONE = new LoopFigures(List.of(), 0, Map.of(), 0, 0, Map.of(), 0, 0);

    static LoopFigures of(Intake intake, Dispatch dispatch, ResultAppender appender) {
        var unsaved = new TreeMap<Integer, OptionalLong>();
        intake.shards().forEach(shard -> unsaved.put(shard.shard, shard.unsavedSinceNanos()));
        Map<String, Integer> requests = dispatch.figures();
        return new LoopFigures(
                intake.shards().stream().map(shard -> shard.shard).toList(),
                requests.getOrDefault("in_flight", 0),
                requests,
                dispatch.bufferedBytes(),
                appender.unacknowledgedBytes(),
                unsaved,
                dispatch.keys(),
                dispatch.keysForgotten());
    }
}
