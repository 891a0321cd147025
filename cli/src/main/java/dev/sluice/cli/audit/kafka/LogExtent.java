package dev.sluice.cli.audit.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.LogShape;
import dev.sluice.chassis.kafka.RangeReader;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.cli.audit.AuditScope;
import dev.sluice.protocol.Checkpoint;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * The log as it stood when the audit began.
 *
 * <p>Asked in this order: checkpoints, the ends of the results, the ends of the requests. So what a
 * checkpoint calls done has its result below the end of the results, and what has a result there is
 * below the end of the requests.
 *
 * @param selected requests topics that are audited
 * @param others requests topics that are not
 * @param next by partition: everything below is done
 * @param ends by partition, of requests and results
 * @param from by partition of requests and results: where to begin, unless trimmed meanwhile
 * @param to by partition of requests: where the scope ends
 */
record LogExtent(
        int shards,
        Set<RequestsTopic> selected,
        Set<RequestsTopic> others,
        Map<TopicPartition, Long> next,
        Map<TopicPartition, Long> ends,
        Map<TopicPartition, Long> from,
        Map<TopicPartition, Long> to) {

    private static final long TIMEOUT_SECONDS = 15;

    static LogExtent read(Admin admin, KafkaSettings settings, AuditScope scope)
            throws LogReadException, InterruptedException {
        String broker = String.valueOf(settings.client().get("bootstrap.servers"));
        try {
            int shards = LogShape.shards(admin, broker);
            var topics = new TopicAdmin(admin, settings).requestsTopicsOf(shards);
            return read(admin, topics, shards, scope);
        } catch (TimeoutException | ExecutionException e) {
            throw LogShape.unreachable(broker, e);
        }
    }

    private static LogExtent read(
            Admin admin, Set<RequestsTopic> topics, int shards, AuditScope scope)
            throws LogReadException, InterruptedException, ExecutionException, TimeoutException {
        var selected = new TreeSet<RequestsTopic>();
        var others = new TreeSet<RequestsTopic>();
        topics.forEach(t -> (isIn(scope, t) ? selected : others).add(t));
        if (scope.pool().isPresent() && selected.isEmpty()) {
            throw new LogReadException(noSuchPool(scope.pool().get(), others));
        }
        var requests = new ArrayList<TopicPartition>();
        var results = new ArrayList<TopicPartition>();
        for (int shard = 0; shard < shards; shard++) {
            results.add(new TopicPartition(Topics.RESULTS, shard));
            for (RequestsTopic topic : selected) {
                requests.add(new TopicPartition(topic.name(), shard));
            }
        }
        Map<TopicPartition, Long> next = checkpoints(admin);
        var ends = new HashMap<>(Checkpoints.offsets(admin, results, OffsetSpec.latest()));
        ends.putAll(Checkpoints.offsets(admin, requests, OffsetSpec.latest()));
        var from = new HashMap<TopicPartition, Long>();
        if (scope.from().isPresent()) {
            Instant start = scope.from().get();
            from.putAll(LogShape.at(admin, requests, start, ends));
            from.putAll(LogShape.at(admin, results, start.minus(LogShape.CLOCK_SKEW), ends));
        } else {
            from.putAll(Checkpoints.offsets(admin, ends.keySet(), OffsetSpec.earliest()));
        }
        var to =
                scope.to().isPresent()
                        ? LogShape.at(admin, requests, scope.to().get(), ends)
                        : ends;
        return new LogExtent(shards, selected, others, next, ends, from, Map.copyOf(to));
    }

    /** So many results are to be read, at most. */
    long results() {
        long results = 0;
        for (int shard = 0; shard < shards; shard++) {
            results += range(new TopicPartition(Topics.RESULTS, shard), 0).count();
        }
        return results;
    }

    /** So many records are to be read, at most. */
    long records() {
        long records = results();
        for (int shard = 0; shard < shards; shard++) {
            for (RequestsTopic topic : selected) {
                records += range(new TopicPartition(topic.name(), shard), 0).count();
            }
        }
        return records;
    }

    /** What of a partition is read, given where it begins by now. */
    RangeReader.Range range(TopicPartition partition, long begin) {
        long end = ends.getOrDefault(partition, 0L);
        long first = Math.max(begin, from.getOrDefault(partition, 0L));
        return new RangeReader.Range(first, Math.max(first, to.getOrDefault(partition, end)));
    }

    private static boolean isIn(AuditScope scope, RequestsTopic topic) {
        return scope.pool().isEmpty() || scope.pool().get().equals(topic.pool());
    }

    private static String noSuchPool(PoolName pool, Collection<RequestsTopic> topics) {
        String there =
                topics.stream()
                        .map(topic -> topic.pool().value())
                        .distinct()
                        .collect(Collectors.joining(", "));
        return "no request was ever queued for a pool '%s'; pools that have requests: %s"
                .formatted(pool, there.isEmpty() ? "none" : there);
    }

    private static Map<TopicPartition, Long> checkpoints(Admin admin)
            throws InterruptedException, ExecutionException, TimeoutException {
        var next = new HashMap<TopicPartition, Long>();
        admin.listConsumerGroupOffsets(Topics.CHECKPOINT_GROUP)
                .partitionsToOffsetAndMetadata()
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .forEach(
                        (partition, offset) -> {
                            if (offset != null) {
                                Checkpoint.parse(offset.offset(), offset.metadata())
                                        .ifPresent(c -> next.put(partition, c.next()));
                            }
                        });
        return next;
    }
}
