package dev.sluice.chassis.kafka;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.ShardFold;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.UnreadableRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the results of all shards and folds them: for services that only watch.
 *
 * <p>Its positions are fixed when {@link #open} returns: every result that is appended later is
 * seen.
 */
public final class ResultsReader implements AutoCloseable {

    /** Hears of each record, in the order of its shard, on the reader's thread. */
    @FunctionalInterface
    public interface Listener {

        /**
         * Takes one record.
         *
         * @param offset of the record in its results partition
         * @param appendedAtMs the broker's append time
         * @param beforeCheckpoint the fold knew of this stretch by its checkpoint: a {@code
         *     Superseded} here may be the first result all the same
         */
        void onStep(
                int shard,
                long offset,
                long appendedAtMs,
                boolean beforeCheckpoint,
                ShardFold.Step step);
    }

    private static final Logger log = LoggerFactory.getLogger(ResultsReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    // a poll's records are in memory at once, bodies and all
    private static final int FETCH_MAX_BYTES = 32 * 1024 * 1024;

    private final Consumer<byte[], byte[]> consumer;
    private final Listener listener;
    private final ShardFold[] folds;
    private final long[] foldFrom;
    private final Map<TopicPartition, Long> catchUpTo = new HashMap<>();
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final Thread thread;

    private ResultsReader(
            Consumer<byte[], byte[]> consumer,
            Checkpoints state,
            Set<RequestsTopic> topics,
            int shards,
            long warmUpRecords,
            Map<TopicPartition, Long> warmUpFrom,
            Listener listener) {
        this.consumer = consumer;
        this.listener = listener;
        this.folds = new ShardFold[shards];
        this.foldFrom = new long[shards];
        var positions = new HashMap<TopicPartition, Long>();
        for (int shard = 0; shard < shards; shard++) {
            var partition = new TopicPartition(Topics.RESULTS, shard);
            folds[shard] = new ShardFold(shard);
            foldFrom[shard] = state.resultsFrom(topics, shard);
            for (RequestsTopic topic : topics) {
                folds[shard].checkpoint(topic, state.next(topic, shard));
            }
            long end = state.ends().getOrDefault(partition, 0L);
            long begin = state.begins().getOrDefault(partition, 0L);
            long wanted = warmUp(warmUpFrom.getOrDefault(partition, 0L), end, warmUpRecords);
            long warm = Math.max(begin, Math.min(foldFrom[shard], wanted));
            positions.put(partition, warm);
            if (warm < end) {
                catchUpTo.put(partition, end);
            }
        }
        consumer.assign(positions.keySet());
        positions.forEach(consumer::seek);
        if (catchUpTo.isEmpty()) {
            caughtUp.complete(null);
        }
        this.thread = Fatal.start("results-reader", this::follow);
    }

    /**
     * Where a listener's past begins.
     *
     * @param since the first record that is young enough; below 0 if there is none
     */
    static long warmUp(long since, long end, long recordsMax) {
        return Math.max(since < 0 ? end : since, end - recordsMax);
    }

    /**
     * Fixes the positions and starts to read.
     *
     * @param warmUpRecords read at least so many of the latest records of each partition, for
     *     listeners that want a past; 0 reads only what the fold needs
     */
    public static ResultsReader open(
            KafkaClients clients, Admin admin, long warmUpRecords, Listener listener)
            throws InterruptedException, ExecutionException, TimeoutException {
        return open(clients, admin, warmUpRecords, Map.of(), listener);
    }

    /**
     * The same for listeners that want the past since some moment.
     *
     * @param warmUpRecords read at most so many of each partition for that
     * @param sinceMs by the broker's append times
     */
    public static ResultsReader openSince(
            KafkaClients clients, Admin admin, long warmUpRecords, long sinceMs, Listener listener)
            throws InterruptedException, ExecutionException, TimeoutException {
        var partitions = new ArrayList<TopicPartition>();
        for (int shard = 0; shard < clients.settings().shards(); shard++) {
            partitions.add(new TopicPartition(Topics.RESULTS, shard));
        }
        // below 0 where nothing is as young
        var from = Checkpoints.offsets(admin, partitions, OffsetSpec.forTimestamp(sinceMs));
        return open(clients, admin, warmUpRecords, from, listener);
    }

    private static ResultsReader open(
            KafkaClients clients,
            Admin admin,
            long warmUpRecords,
            Map<TopicPartition, Long> warmUpFrom,
            Listener listener)
            throws InterruptedException, ExecutionException, TimeoutException {
        int shards = clients.settings().shards();
        var all = new ArrayList<Integer>();
        for (int shard = 0; shard < shards; shard++) {
            all.add(shard);
        }
        Set<RequestsTopic> topics = new TopicAdmin(admin, clients.settings()).requestsTopics();
        Checkpoints state = Checkpoints.read(admin, topics, all);
        Consumer<byte[], byte[]> consumer =
                clients.assigned(
                        Map.of(
                                "fetch.max.bytes",
                                FETCH_MAX_BYTES,
                                "max.partition.fetch.bytes",
                                FETCH_MAX_BYTES / 8,
                                "max.poll.records",
                                2_000));
        return new ResultsReader(
                consumer, state, topics, shards, warmUpRecords, warmUpFrom, listener);
    }

    /** Done when everything that was in the log at the start has been read. */
    public CompletableFuture<Void> caughtUp() {
        return caughtUp.copy();
    }

    /** How many requests of this partition below {@code end} are done. */
    public long doneBelow(RequestsTopic topic, int shard, long end) {
        synchronized (folds) {
            return folds[shard].doneBelow(topic, end);
        }
    }

    public boolean isDone(Position position) {
        if (position.shard() >= folds.length) {
            return false;
        }
        synchronized (folds) {
            return folds[position.shard()].isDone(position.topic(), position.offset());
        }
    }

    /** What lies below this offset has been trimmed and was done. */
    public void trimmed(RequestsTopic topic, int shard, long begin) {
        synchronized (folds) {
            folds[shard].checkpoint(topic, begin);
        }
    }

    private void follow() {
        try {
            while (true) {
                try {
                    consumer.poll(POLL).forEach(this::apply);
                    checkCaughtUp();
                } catch (OffsetOutOfRangeException e) {
                    // trimmed under a reader that was long away: those results are done and old
                    log.warn("results {} were trimmed before they were read", e.partitions());
                    consumer.seekToBeginning(e.partitions());
                }
            }
        } catch (WakeupException e) {
            log.debug("closed");
        } finally {
            consumer.close(KafkaClients.AT_ONCE);
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        int shard = record.partition();
        ShardFold.Step step;
        try {
            var entry = ResultsCodec.decode(WireRecords.fromKafka(record));
            synchronized (folds) {
                step = folds[shard].apply(entry);
            }
        } catch (UnreadableRecordException | IllegalArgumentException e) {
            log.warn("results {}@{} is left out: {}", shard, record.offset(), e.getMessage());
            return;
        }
        boolean before = record.offset() < foldFrom[shard];
        listener.onStep(shard, record.offset(), record.timestamp(), before, step);
    }

    private void checkCaughtUp() {
        if (catchUpTo.isEmpty()) {
            return;
        }
        for (TopicPartition partition : List.copyOf(catchUpTo.keySet())) {
            if (consumer.position(partition) >= catchUpTo.getOrDefault(partition, 0L)) {
                catchUpTo.remove(partition);
            }
        }
        if (catchUpTo.isEmpty()) {
            caughtUp.complete(null);
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
