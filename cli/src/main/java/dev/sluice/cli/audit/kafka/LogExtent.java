package dev.sluice.cli.audit.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.cli.audit.AuditException;
import dev.sluice.cli.audit.AuditScope;
import dev.sluice.protocol.Checkpoint;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

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

    /** Clocks of brokers may differ: a result may seem so much older than its request. */
    static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    private static final long FIRST_ANSWER_SECONDS = 5;
    private static final long TIMEOUT_SECONDS = 15;

    static LogExtent read(Admin admin, KafkaSettings settings, AuditScope scope)
            throws AuditException, InterruptedException {
        String broker = String.valueOf(settings.client().get("bootstrap.servers"));
        try {
            int shards = shards(admin, broker);
            // the number that the topics were made with, whatever is set here
            var topics = new TopicAdmin(admin, settings).requestsTopicsOf(shards);
            return read(admin, topics, shards, scope);
        } catch (TimeoutException | ExecutionException e) {
            throw unreachable(broker, e);
        }
    }

    private static LogExtent read(
            Admin admin, Set<RequestsTopic> topics, int shards, AuditScope scope)
            throws AuditException, InterruptedException, ExecutionException, TimeoutException {
        var selected = new TreeSet<RequestsTopic>();
        var others = new TreeSet<RequestsTopic>();
        topics.forEach(t -> (isIn(scope, t) ? selected : others).add(t));
        if (scope.pool().isPresent() && selected.isEmpty()) {
            throw new AuditException(noSuchPool(scope.pool().get(), others));
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
            from.putAll(at(admin, requests, start, ends));
            from.putAll(at(admin, results, start.minus(CLOCK_SKEW), ends));
        } else {
            from.putAll(Checkpoints.offsets(admin, ends.keySet(), OffsetSpec.earliest()));
        }
        var to = scope.to().isPresent() ? at(admin, requests, scope.to().get(), ends) : ends;
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

    private static int shards(Admin admin, String broker)
            throws AuditException, InterruptedException, ExecutionException, TimeoutException {
        try {
            return admin.describeTopics(List.of(Topics.RESULTS))
                    .allTopicNames()
                    .get(FIRST_ANSWER_SECONDS, TimeUnit.SECONDS)
                    .values()
                    .iterator()
                    .next()
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new AuditException(
                        ("the Kafka broker at %s has no topic %s, so there is nothing to audit: is"
                                        + " it the one that Sluice uses? Name it with --kafka")
                                .formatted(broker, Topics.RESULTS),
                        e);
            }
            throw e;
        }
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

    /** The first offset that is as young; the end where none is. */
    private static Map<TopicPartition, Long> at(
            Admin admin,
            Collection<TopicPartition> partitions,
            Instant time,
            Map<TopicPartition, Long> ends)
            throws InterruptedException, ExecutionException, TimeoutException {
        OffsetSpec spec = OffsetSpec.forTimestamp(Math.max(0, time.toEpochMilli()));
        var offsets = new HashMap<>(Checkpoints.offsets(admin, partitions, spec));
        offsets.replaceAll(
                (partition, offset) -> {
                    long end = ends.getOrDefault(partition, 0L);
                    return offset < 0 ? end : Math.min(offset, end);
                });
        return offsets;
    }

    private static AuditException unreachable(String broker, Exception e) {
        String why =
                Optional.ofNullable(e.getCause())
                        .map(Throwable::getMessage)
                        .map(message -> " (" + message + ")")
                        .orElse("");
        return new AuditException(
                ("no Kafka broker answers at %s%s: start it ('./sluice up' on the data that you"
                                + " want to audit runs it), or name it with --kafka HOST:PORT,"
                                + " KAFKA_BOOTSTRAP_SERVERS or KAFKA_PORT")
                        .formatted(broker, why),
                e);
    }
}
