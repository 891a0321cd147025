package dev.sluice.worker.kafka;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Checkpoint;
import dev.sluice.protocol.LedgerSnapshot;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import dev.sluice.worker.dispatch.Dispatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes checkpoints: a snapshot of the ledger into the results partition, then the offsets.
 *
 * <p>Every 10 s where something has changed, and hourly in any case: the broker forgets the offsets
 * of a group without members after 7 days. Belongs to the loop's thread.
 */
final class CheckpointWriter {

    private static final Logger log = LoggerFactory.getLogger(CheckpointWriter.class);
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long AT_LEAST_EVERY_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(3);

    /** A checkpoint on its way into the log. */
    private record Taken(long atNanos, long from, Map<TopicPartition, OffsetAndMetadata> offsets) {

        /** What lies below these is not needed to take the shard over. */
        Map<TopicPartition, Long> limits(int shard) {
            var limits = new HashMap<TopicPartition, Long>();
            offsets.forEach((partition, next) -> limits.put(partition, next.offset()));
            limits.put(new TopicPartition(Topics.RESULTS, shard), from);
            return limits;
        }
    }

    private final String worker;
    private final Consumer<byte[], byte[]> consumer;
    private final Intake intake;
    private final Dispatch dispatch;
    private final ResultAppender appender;
    private final NanoClock nanos;
    private final InstantSource wall;

    CheckpointWriter(
            String worker,
            Consumer<byte[], byte[]> consumer,
            Intake intake,
            Dispatch dispatch,
            ResultAppender appender,
            NanoClock nanos,
            InstantSource wall) {
        this.worker = worker;
        this.consumer = consumer;
        this.intake = intake;
        this.dispatch = dispatch;
        this.appender = appender;
        this.nanos = nanos;
        this.wall = wall;
    }

    /** Writes the checkpoints that are due. */
    void writeDue() {
        long now = nanos.nanoTime();
        for (ShardIntake shard : intake.shards()) {
            long age = now - shard.checkpointAtNanos();
            if (age >= AT_LEAST_EVERY_NANOS || (shard.changed() && age >= EVERY_NANOS)) {
                Taken taken = take(shard);
                appendSnapshot(
                        shard,
                        () -> {
                            consumer.commitAsync(
                                    taken.offsets,
                                    (offsets, failure) -> committed(shard, taken, failure));
                            shard.checkpointed = taken.limits(shard.shard);
                        });
            }
        }
    }

    /** A last checkpoint of a shard that is about to be let go; {@code then} when it is written. */
    void writeLast(ShardIntake shard, Runnable then) {
        Taken taken = take(shard);
        appendSnapshot(
                shard,
                () -> {
                    commitNow(taken);
                    then.run();
                });
    }

    private Taken take(ShardIntake shard) {
        long now = nanos.nanoTime();
        shard.takeCheckpoint(now);
        long from = shard.from(intake.resultsPosition(shard.shard), wall.instant());
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (RequestsTopic topic : shard.expected.keySet()) {
            long next = dispatch.fold(shard.shard).next(topic);
            offsets.put(
                    new TopicPartition(topic.name(), shard.shard),
                    new OffsetAndMetadata(next, new Checkpoint(next, from).metadata()));
        }
        return new Taken(now, from, offsets);
    }

    private void appendSnapshot(ShardIntake shard, Runnable then) {
        LedgerSnapshot snapshot = dispatch.fold(shard.shard).snapshot();
        appender.append(shard.shard, ResultsCodec.encode(snapshot, worker, wall.instant()), then);
    }

    private void commitNow(Taken taken) {
        try {
            try {
                consumer.commitSync(taken.offsets, COMMIT_TIMEOUT);
            } catch (WakeupException e) {
                consumer.commitSync(taken.offsets, COMMIT_TIMEOUT); // meant for the loop's sleep
            }
        } catch (KafkaException e) {
            // the next owner starts from an older one: that costs it time and nothing else
            log.warn("a last checkpoint was not committed: {}", e.toString());
        }
    }

    private void committed(ShardIntake shard, Taken taken, @Nullable Exception failure) {
        if (failure == null) {
            shard.saved(taken.atNanos);
        } else {
            log.warn(
                    "a checkpoint was not committed; the next one will be: {}", failure.toString());
        }
    }
}
