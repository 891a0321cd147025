package dev.sluice.chassis.kafka;

import dev.sluice.protocol.Checkpoint;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What the broker knows of some shards at one moment: checkpoints, and where each log begins and
 * ends. From it follows where a fold of the results has to begin.
 *
 * @param checkpoints by partition of a requests topic; a missing one means a fold from the start
 * @param begins first offset still there, of requests and results partitions
 * @param ends end offset, of requests and results partitions
 */
public record Checkpoints(
        Map<TopicPartition, Checkpoint> checkpoints,
        Map<TopicPartition, Long> begins,
        Map<TopicPartition, Long> ends) {

    private static final long TIMEOUT_SECONDS = 10;

    /**
     * Asks the broker.
     *
     * @throws TimeoutException if it does not answer in time
     * @throws ExecutionException if it refuses
     */
    public static Checkpoints read(
            Admin admin, Collection<RequestsTopic> topics, Collection<Integer> shards)
            throws InterruptedException, ExecutionException, TimeoutException {
        var results = new ArrayList<TopicPartition>();
        var requests = new ArrayList<TopicPartition>();
        for (int shard : shards) {
            results.add(new TopicPartition(Topics.RESULTS, shard));
            topics.forEach(topic -> requests.add(new TopicPartition(topic.name(), shard)));
        }
        var begins = new HashMap<TopicPartition, Long>();
        var ends = new HashMap<TopicPartition, Long>();
        // Results first: what is below their end then belongs to requests that the later look sees.
        begins.putAll(offsets(admin, results, OffsetSpec.earliest()));
        ends.putAll(offsets(admin, results, OffsetSpec.latest()));
        Map<TopicPartition, OffsetAndMetadata> committed =
                admin.listConsumerGroupOffsets(Topics.CHECKPOINT_GROUP)
                        .partitionsToOffsetAndMetadata()
                        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        begins.putAll(offsets(admin, requests, OffsetSpec.earliest()));
        ends.putAll(offsets(admin, requests, OffsetSpec.latest()));
        var checkpoints = new HashMap<TopicPartition, Checkpoint>();
        committed.forEach(
                (partition, offset) -> {
                    if (offset != null && ends.containsKey(partition)) {
                        Checkpoint.parse(offset.offset(), offset.metadata())
                                .ifPresent(c -> checkpoints.put(partition, c));
                    }
                });
        return new Checkpoints(checkpoints, begins, ends);
    }

    /**
     * Everything below is done, as far as the checkpoint says: never beyond the end of the log, and
     * what has been trimmed was done.
     */
    public long next(RequestsTopic topic, int shard) {
        var partition = new TopicPartition(topic.name(), shard);
        long begin = begins.getOrDefault(partition, 0L);
        Checkpoint checkpoint = checkpoints.get(partition);
        if (checkpoint == null) {
            return begin;
        }
        long end = ends.getOrDefault(partition, 0L);
        return Math.max(begin, Math.min(checkpoint.next(), end));
    }

    /** Where the fold of this shard's results must begin so that nothing done is missed. */
    public long resultsFrom(Collection<RequestsTopic> topics, int shard) {
        var results = new TopicPartition(Topics.RESULTS, shard);
        long begin = begins.getOrDefault(results, 0L);
        long from = ends.getOrDefault(results, 0L);
        for (RequestsTopic topic : topics) {
            var partition = new TopicPartition(topic.name(), shard);
            Checkpoint checkpoint = checkpoints.get(partition);
            if (checkpoint != null) {
                from = Math.min(from, checkpoint.from());
            } else if (ends.getOrDefault(partition, 0L) > begins.getOrDefault(partition, 0L)) {
                from = begin;
            }
        }
        return Math.max(begin, from);
    }

    /** The offsets of these partitions. */
    public static Map<TopicPartition, Long> offsets(
            Admin admin, Collection<TopicPartition> partitions, OffsetSpec spec)
            throws InterruptedException, ExecutionException, TimeoutException {
        var specs = new HashMap<TopicPartition, OffsetSpec>();
        partitions.forEach(partition -> specs.put(partition, spec));
        var offsets = new HashMap<TopicPartition, Long>();
        admin.listOffsets(specs)
                .all()
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }
}
