package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.RangeReader.Range;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Requests of several partitions in the order of their append times; one thread's. */
final class MergedRequests {

    /** What is next. */
    sealed interface Next {

        record Request(ConsumerRecord<byte[], byte[]> record) implements Next {}

        /** The broker has not given it yet; ask again. */
        record NotYet() implements Next {}

        record Nothing() implements Next {}
    }

    /** One order for all maps of partitions. */
    static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private static final Next NOT_YET = new Next.NotYet();
    private static final Next NOTHING = new Next.Nothing();
    // so often a caller has its turn
    private static final Duration POLL = Duration.ofMillis(100);
    // 30 s: a broker that restarts is back by then
    private static final int EMPTY_POLLS_MAX = 300;
    // of one partition, beside one fetch: no more is asked for while others are waited for
    private static final int HELD_MAX_BYTES = 1024 * 1024;

    private static final class Held {
        private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
        private final long to;
        private long bytes;
        private boolean paused;
        private boolean read; // all of it, to its end

        Held(long to) {
            this.to = to;
        }

        boolean isAwaited() {
            return records.isEmpty() && !read;
        }
    }

    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Held> held;
    private int emptyPolls;
    private boolean isAwaiting = true; // some partition's next record is not here

    MergedRequests(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Range> ranges) {
        this.consumer = consumer;
        // in one order, so that equal times come in the same order each time
        this.held = new TreeMap<>(BY_NAME);
        var positions = new HashMap<TopicPartition, Long>();
        ranges.forEach(
                (partition, range) -> {
                    if (!range.isEmpty()) {
                        held.put(partition, new Held(range.to()));
                        positions.put(partition, range.from());
                    }
                });
        consumer.assign(positions.keySet());
        consumer.resume(positions.keySet()); // a partition of an earlier slice may be paused
        positions.forEach(consumer::seek);
    }

    /**
     * The next one; waits for it a moment.
     *
     * @throws LogReadException if the log cannot be read
     */
    Next next() throws LogReadException {
        if (isAwaiting) {
            poll();
            isAwaiting = held.values().stream().anyMatch(Held::isAwaited);
            if (isAwaiting) {
                return NOT_YET;
            }
        }
        Held oldest = null;
        for (Held one : held.values()) {
            if (!one.records.isEmpty() && (oldest == null || time(one) < time(oldest))) {
                oldest = one;
            }
        }
        if (oldest == null) {
            return NOTHING;
        }
        var record = oldest.records.remove();
        oldest.bytes -= record.serializedValueSize();
        isAwaiting = oldest.isAwaited();
        if (oldest.paused && oldest.bytes <= HELD_MAX_BYTES / 2 && !oldest.read) {
            consumer.resume(Set.of(partition(record)));
            oldest.paused = false;
        }
        return new Next.Request(record);
    }

    private void poll() throws LogReadException {
        try {
            var records = consumer.poll(POLL);
            for (TopicPartition partition : records.partitions()) {
                Held of = held.get(partition);
                if (of != null) {
                    records.records(partition).forEach(record -> hold(of, record));
                }
            }
            noteWhatIsRead();
            emptyPolls = records.isEmpty() ? emptyPolls + 1 : 0;
        } catch (OffsetOutOfRangeException e) {
            consumer.seekToBeginning(e.partitions()); // trimmed while it was read
            noteWhatIsRead();
        } catch (KafkaException e) {
            throw new LogReadException("the log cannot be read: " + e.getMessage(), e);
        }
        if (emptyPolls == EMPTY_POLLS_MAX) {
            throw new LogReadException(
                    "the broker gave no requests for 30 s; look after it and try again");
        }
    }

    private static void hold(Held of, ConsumerRecord<byte[], byte[]> record) {
        if (record.offset() < of.to) {
            of.records.add(record);
            of.bytes += record.serializedValueSize();
        }
    }

    private void noteWhatIsRead() {
        held.forEach(
                (partition, of) -> {
                    if (of.paused) {
                        return;
                    }
                    of.read = of.read || consumer.position(partition) >= of.to;
                    if (of.read || of.bytes > HELD_MAX_BYTES) {
                        consumer.pause(Set.of(partition));
                        of.paused = true;
                    }
                });
    }

    private static long time(Held of) {
        return Optional.ofNullable(of.records.peek()).orElseThrow().timestamp();
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
