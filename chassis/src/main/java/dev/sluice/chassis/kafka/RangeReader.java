package dev.sluice.chassis.kafka;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads partitions from one offset to another, in the order of each; one thread's. */
public final class RangeReader {

    /**
     * Offsets of a partition.
     *
     * @param to the first that is not read
     */
    public record Range(long from, long to) {

        public boolean isEmpty() {
            return from >= to;
        }

        public long count() {
            return Math.max(0, to - from);
        }
    }

    /** Hears that what is below was trimmed before it was read. */
    @FunctionalInterface
    public interface Trimmed {
        void below(TopicPartition partition, long begin);
    }

    /**
     * For consumers of such readers: how long the broker may hold a fetch at the end of a
     * partition, in milliseconds.
     *
     * <p>A consumer fetches ahead, and what it reads next from the same broker stands behind that
     * fetch: for half a second, by Kafka's default.
     */
    public static final Map<String, Object> FETCHES = Map.of("fetch.max.wait.ms", 20);

    private static final Duration POLL = Duration.ofMillis(500);
    // 30 s: a broker that restarts is back by then
    private static final int EMPTY_POLLS_MAX = 60;

    private final org.apache.kafka.clients.consumer.Consumer<ByteBuffer, ByteBuffer> consumer;
    private final LongConsumer progress;

    /**
     * A reader with a consumer that nobody else uses meanwhile.
     *
     * @param progress hears how many offsets more are done with
     */
    public RangeReader(
            org.apache.kafka.clients.consumer.Consumer<ByteBuffer, ByteBuffer> consumer,
            LongConsumer progress) {
        this.consumer = consumer;
        this.progress = progress;
    }

    /** Reads all of these ranges; those of several partitions come mixed. */
    public void read(
            Map<TopicPartition, Range> ranges,
            Consumer<ConsumerRecord<ByteBuffer, ByteBuffer>> handler,
            Trimmed trimmed)
            throws LogReadException {
        read(ranges, handler, trimmed, partition -> false);
    }

    /**
     * Reads these ranges, or less of them.
     *
     * @param enough says of a partition that no more of it is needed; asked after each poll
     */
    public void read(
            Map<TopicPartition, Range> ranges,
            Consumer<ConsumerRecord<ByteBuffer, ByteBuffer>> handler,
            Trimmed trimmed,
            Predicate<TopicPartition> enough)
            throws LogReadException {
        var open = new HashMap<>(ranges);
        open.values().removeIf(Range::isEmpty);
        try {
            consumer.assign(open.keySet());
            open.forEach((partition, range) -> consumer.seek(partition, range.from()));
            int empty = 0;
            while (!open.isEmpty()) {
                int read = pollOnce(open, handler, trimmed, enough);
                empty = read > 0 ? 0 : empty + 1;
                if (empty == EMPTY_POLLS_MAX) {
                    throw new LogReadException(
                            ("the broker gave no records of %s for 30 s; look after it and try"
                                            + " again")
                                    .formatted(open.keySet()));
                }
            }
        } catch (KafkaException e) {
            throw new LogReadException("the log cannot be read: " + e.getMessage(), e);
        }
    }

    private int pollOnce(
            Map<TopicPartition, Range> open,
            Consumer<ConsumerRecord<ByteBuffer, ByteBuffer>> handler,
            Trimmed trimmed,
            Predicate<TopicPartition> enough) {
        try {
            ConsumerRecords<ByteBuffer, ByteBuffer> records = consumer.poll(POLL);
            for (TopicPartition partition : records.partitions()) {
                handle(records.records(partition), open.get(partition), handler);
            }
            closeWhatIsRead(open, enough);
            return records.count();
        } catch (OffsetOutOfRangeException e) {
            Set<TopicPartition> gone = e.partitions();
            consumer.seekToBeginning(gone);
            gone.forEach(partition -> trimmed.below(partition, consumer.position(partition)));
            closeWhatIsRead(open, enough);
            return 1;
        }
    }

    private static void handle(
            List<ConsumerRecord<ByteBuffer, ByteBuffer>> records,
            @org.jspecify.annotations.Nullable Range range,
            Consumer<ConsumerRecord<ByteBuffer, ByteBuffer>> handler) {
        if (range == null) {
            return;
        }
        for (ConsumerRecord<ByteBuffer, ByteBuffer> record : records) {
            if (record.offset() < range.to()) {
                handler.accept(record);
            }
        }
    }

    /** By positions and not by records: a log may end with offsets that have none. */
    private void closeWhatIsRead(
            Map<TopicPartition, Range> open, Predicate<TopicPartition> enough) {
        var read = new HashMap<TopicPartition, Range>();
        open.forEach(
                (partition, range) -> {
                    long position = Math.min(range.to(), consumer.position(partition));
                    progress.accept(position - range.from());
                    read.put(partition, new Range(position, range.to()));
                });
        open.putAll(read);
        var done = open.keySet().stream().filter(p -> isEmpty(open, p) || enough.test(p)).toList();
        if (!done.isEmpty()) {
            consumer.pause(done);
            open.keySet().removeAll(done);
        }
    }

    private static boolean isEmpty(Map<TopicPartition, Range> open, TopicPartition partition) {
        Range range = open.get(partition);
        return range == null || range.isEmpty();
    }
}
