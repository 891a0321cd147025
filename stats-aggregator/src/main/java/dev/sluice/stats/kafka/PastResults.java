package dev.sluice.stats.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.ResultHead;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.UnreadableRecordException;
import dev.sluice.stats.figures.Totals.Entry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all results that the log holds, from the oldest on, no faster than it may, and then only
 * looks now and then how much has been trimmed.
 */
public final class PastResults implements AutoCloseable {

    /** Hears of everything on the reader's thread. */
    public interface Listener {

        /** The oldest record that the partition still has. */
        void begins(int shard, long offset);

        /** A record that ends a request. */
        void read(int shard, long offset, long appendedAtMs, Entry entry);

        /**
         * Everything before this position has been read, up to where the partition ended not long
         * ago.
         *
         * @return whether somebody else goes on from here
         */
        boolean readUpTo(int shard, long position);
    }

    private static final Logger log = LoggerFactory.getLogger(PastResults.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);
    // a poll's records are in memory at once, bodies and all
    private static final int FETCH_MAX_BYTES = 16 * 1024 * 1024;
    // what a record costs to read beside its body
    private static final int RECORD_BYTES = 500;

    private final Consumer<ByteBuffer, ByteBuffer> consumer;
    private final Listener listener;
    private final long bytesPerSecond;
    private final List<TopicPartition> all = new ArrayList<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Begins to read.
     *
     * @param bytesPerSecond so that a long log does not take the broker's time from requests
     */
    public PastResults(KafkaClients clients, long bytesPerSecond, Listener listener) {
        this.listener = listener;
        this.bytesPerSecond = bytesPerSecond;
        this.consumer =
                clients.views(
                        Map.of(
                                "fetch.max.bytes", FETCH_MAX_BYTES,
                                "max.poll.records", 2_000,
                                // partitions of one broker end one after the other
                                "fetch.max.wait.ms", 20));
        for (int shard = 0; shard < clients.settings().shards(); shard++) {
            all.add(new TopicPartition(Topics.RESULTS, shard));
        }
        this.thread = Fatal.start("past-results", this::run);
    }

    private void run() {
        try {
            while (!look()) {
                log.debug("the broker is away");
            }
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long pauseMs = 0;
            while (!consumer.assignment().isEmpty()
                    && !closed.await(pauseMs, TimeUnit.MILLISECONDS)) {
                pauseMs = 1_000 * readSome() / bytesPerSecond;
            }
            while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                var _ = look(); // or the next time
            }
        } catch (WakeupException | InterruptedException e) {
            log.debug("closed");
        } finally {
            consumer.close(KafkaClients.AT_ONCE);
        }
    }

    /** Where the partitions begin and end. */
    private boolean look() {
        try {
            consumer.beginningOffsets(all)
                    .forEach((partition, begin) -> listener.begins(partition.partition(), begin));
            ends.putAll(consumer.endOffsets(all));
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** Reads what a poll gives, and says how much that was. */
    private long readSome() {
        long bytes = 0;
        try {
            for (ConsumerRecord<ByteBuffer, ByteBuffer> record : consumer.poll(POLL)) {
                bytes += RECORD_BYTES + Math.max(0, record.serializedValueSize());
                take(record);
            }
            handOver();
        } catch (OffsetOutOfRangeException e) {
            // trimmed before it was read: the log no longer holds it
            consumer.seekToBeginning(e.partitions());
        } catch (TimeoutException e) {
            log.debug("the broker is away: {}", e.toString());
        }
        return bytes;
    }

    private void take(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        try {
            Optional<Entry> entry = entry(record);
            if (entry.isPresent()) {
                listener.read(record.partition(), record.offset(), record.timestamp(), entry.get());
            }
        } catch (UnreadableRecordException e) {
            log.debug("{}@{}: {}", record.partition(), record.offset(), e.getMessage());
        }
    }

    private static Optional<Entry> entry(ConsumerRecord<ByteBuffer, ByteBuffer> record)
            throws UnreadableRecordException {
        Optional<ResultHead> result = ResultHead.decode(WireRecords.lookup(record));
        if (result.isPresent()) {
            return Optional.of(new Entry(result.get().request(), result));
        }
        return ResultsCodec.decode(WireRecords.fromView(record)) instanceof Duplicate duplicate
                ? Optional.of(new Entry(duplicate.request(), Optional.empty()))
                : Optional.empty();
    }

    /** Leaves those partitions that are read, and that another reader goes on with. */
    private void handOver() {
        Set<TopicPartition> left = new HashSet<>(consumer.assignment());
        for (TopicPartition partition : List.copyOf(left)) {
            long position = consumer.position(partition);
            if (position >= ends.getOrDefault(partition, 0L)
                    && listener.readUpTo(partition.partition(), position)) {
                left.remove(partition);
            }
        }
        if (left.size() < consumer.assignment().size()) {
            consumer.assign(left); // positions of those that stay are kept
        }
    }

    @Override
    public void close() {
        closed.countDown();
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
