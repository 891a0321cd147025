package dev.sluice.worker.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.protocol.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what is both done and older than the replay window, beside the loop.
 *
 * <p>Kafka itself deletes by age, read or not; so our topics keep all, and the owner of a shard
 * trims it: requests below its checkpoint, results an hour later, so that no request is without its
 * result.
 */
final class Trimmer {

    private static final Logger log = LoggerFactory.getLogger(Trimmer.class);
    private static final Duration RESULTS_LATER = Duration.ofHours(1);
    private static final long EVERY_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long TIMEOUT_SECONDS = 30;

    private final Admin admin;
    private final Duration window;
    private OptionalLong dueNanos = OptionalLong.empty();

    /**
     * Trims nothing by itself.
     *
     * @param window finished requests are kept this long
     */
    Trimmer(Admin admin, Duration window) {
        this.admin = admin;
        this.window = window;
    }

    /** Begins to trim these shards below their checkpoints, if it is time to. */
    void trimDue(Collection<ShardIntake> shards, long nowNanos, Instant now) {
        if (due(nowNanos)) {
            var limits = new HashMap<TopicPartition, Long>();
            shards.forEach(shard -> limits.putAll(shard.checkpointed));
            Thread.startVirtualThread(() -> trim(limits, now));
        }
    }

    /** Whether to trim now: every ten minutes, for the first time after ten. */
    private boolean due(long nowNanos) {
        if (dueNanos.isPresent() && dueNanos.getAsLong() - nowNanos > 0) {
            return false;
        }
        boolean due = dueNanos.isPresent();
        dueNanos = OptionalLong.of(nowNanos + EVERY_NANOS);
        return due;
    }

    /**
     * Trims these partitions.
     *
     * @param limits nothing from here on is deleted, whatever its age
     */
    void trim(Map<TopicPartition, Long> limits, Instant now) {
        try {
            var delete = new HashMap<TopicPartition, RecordsToDelete>();
            delete.putAll(old(requests(limits), now.minus(window)));
            delete.putAll(old(results(limits), now.minus(window).minus(RESULTS_LATER)));
            if (!delete.isEmpty()) {
                admin.deleteRecords(delete).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                log.info("trimmed {}", delete.keySet());
            }
        } catch (TimeoutException | ExecutionException e) {
            log.warn("the log was not trimmed, it will be in ten minutes: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<TopicPartition, RecordsToDelete> old(
            Map<TopicPartition, Long> limits, Instant before)
            throws InterruptedException, ExecutionException, TimeoutException {
        var begins = Checkpoints.offsets(admin, limits.keySet(), OffsetSpec.earliest());
        var young =
                Checkpoints.offsets(
                        admin, limits.keySet(), OffsetSpec.forTimestamp(before.toEpochMilli()));
        var delete = new HashMap<TopicPartition, RecordsToDelete>();
        limits.forEach(
                (partition, limit) -> {
                    long firstYoung = young.getOrDefault(partition, -1L);
                    long upTo = firstYoung < 0 ? limit : Math.min(limit, firstYoung);
                    if (upTo > begins.getOrDefault(partition, 0L)) {
                        delete.put(partition, RecordsToDelete.beforeOffset(upTo));
                    }
                });
        return delete;
    }

    private static Map<TopicPartition, Long> requests(Map<TopicPartition, Long> limits) {
        var requests = new HashMap<>(limits);
        requests.keySet().removeIf(partition -> partition.topic().equals(Topics.RESULTS));
        return requests;
    }

    private static Map<TopicPartition, Long> results(Map<TopicPartition, Long> limits) {
        var results = new HashMap<>(limits);
        results.keySet().removeIf(partition -> !partition.topic().equals(Topics.RESULTS));
        return results;
    }
}
