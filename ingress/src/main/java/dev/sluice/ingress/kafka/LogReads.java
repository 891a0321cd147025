package dev.sluice.ingress.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.time.NanoClock;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A few consumers that read single records and short stretches of the log on demand, each read
 * within a bounded time.
 */
public final class LogReads implements AutoCloseable {

    /** What a read came to. */
    public sealed interface Read {

        /** The record. */
        record Found(ConsumerRecord<byte[], byte[]> record) implements Read {}

        /** The answer to a question by time. */
        record Starts(long offset) implements Read {}

        /** It was there and has been trimmed. */
        record Trimmed() implements Read {}

        /** The log does not reach so far. */
        record BeyondEnd() implements Read {}

        /** Not in the stretch. */
        record Absent() implements Read {}

        /** The time is over; everything below {@code next} was looked at. */
        record OutOfTime(long next) implements Read {}

        /** The broker does not answer. */
        record Unreachable(String why) implements Read {}
    }

    /** Reads with a consumer that nobody else has meanwhile. */
    private interface Task {
        Read with(Consumer<byte[], byte[]> consumer) throws KafkaException;
    }

    // a look-up reads a few records: more would be fetched for nothing
    private static final int FETCH_BYTES = 256 * 1024;

    // A consumer fetches ahead. At the end of its partition the broker would hold that fetch for
    // half a second by default, and the consumer's next look-up stands behind it.
    private static final int FETCH_WAIT_MILLIS = 0;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final NanoClock nanos;
    private final Semaphore permits;
    private final Deque<Consumer<byte[], byte[]>> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /**
     * No consumer is made before it is needed.
     *
     * @param consumers reads at one time; further ones wait for their turn
     */
    public LogReads(KafkaClients clients, NanoClock nanos, int consumers) {
        this.clients = clients;
        this.nanos = nanos;
        this.permits = new Semaphore(consumers, true);
    }

    /** Reads one record. */
    public Read at(TopicPartition partition, long offset, long untilNanos)
            throws InterruptedException {
        return run(
                untilNanos,
                consumer -> {
                    consumer.assign(List.of(partition));
                    if (offset >= end(consumer, partition, untilNanos)) {
                        return new Read.BeyondEnd();
                    }
                    consumer.seek(partition, offset);
                    while (left(untilNanos).isPositive()) {
                        for (var record : consumer.poll(left(untilNanos))) {
                            return record.offset() == offset
                                    ? new Read.Found(record)
                                    : new Read.Trimmed();
                        }
                    }
                    return new Read.Unreachable("the record was not read in time");
                });
    }

    /** Reads a stretch, both ends included, up to the first record that is wanted. */
    public Read first(
            TopicPartition partition,
            long from,
            long to,
            Predicate<ConsumerRecord<byte[], byte[]>> wanted,
            long untilNanos)
            throws InterruptedException {
        return run(
                untilNanos,
                consumer -> {
                    consumer.assign(List.of(partition));
                    long end = end(consumer, partition, untilNanos);
                    long next = Math.max(from, begin(consumer, partition, untilNanos));
                    consumer.seek(partition, next);
                    while (next < end && next <= to) {
                        if (!left(untilNanos).isPositive()) {
                            return new Read.OutOfTime(next);
                        }
                        for (var record : consumer.poll(left(untilNanos))) {
                            if (record.offset() <= to && wanted.test(record)) {
                                return new Read.Found(record);
                            }
                        }
                        next = consumer.position(partition, left(untilNanos));
                    }
                    return new Read.Absent();
                });
    }

    /** Where the records begin that were appended at or after this time. */
    public Read atTime(TopicPartition partition, long timeMillis, long untilNanos)
            throws InterruptedException {
        return run(
                untilNanos,
                consumer -> {
                    OffsetAndTimestamp at =
                            consumer.offsetsForTimes(
                                            Map.of(partition, timeMillis), left(untilNanos))
                                    .get(partition);
                    return at == null ? new Read.BeyondEnd() : new Read.Starts(at.offset());
                });
    }

    private Read run(long untilNanos, Task task) throws InterruptedException {
        if (!permits.tryAcquire(untilNanos - nanos.nanoTime(), TimeUnit.NANOSECONDS)) {
            return new Read.Unreachable("too many look-ups at one time");
        }
        Consumer<byte[], byte[]> consumer = null;
        try {
            consumer = idle.poll();
            if (consumer == null) {
                consumer =
                        clients.assigned(
                                Map.of(
                                        "max.partition.fetch.bytes",
                                        FETCH_BYTES,
                                        "fetch.max.bytes",
                                        4 * FETCH_BYTES,
                                        "fetch.max.wait.ms",
                                        FETCH_WAIT_MILLIS));
            }
            Read read = task.with(consumer);
            keep(consumer);
            return read;
        } catch (OffsetOutOfRangeException e) {
            keep(consumer); // below the end, so it was trimmed
            return new Read.Trimmed();
        } catch (TimeoutException e) {
            keep(consumer);
            return new Read.Unreachable("the broker does not answer: " + Causes.of(e));
        } catch (KafkaException e) {
            drop(consumer);
            return new Read.Unreachable(Causes.of(e));
        } finally {
            permits.release();
        }
    }

    private long end(Consumer<byte[], byte[]> consumer, TopicPartition partition, long untilNanos) {
        return consumer.endOffsets(List.of(partition), left(untilNanos))
                .getOrDefault(partition, 0L);
    }

    private long begin(
            Consumer<byte[], byte[]> consumer, TopicPartition partition, long untilNanos) {
        return consumer.beginningOffsets(List.of(partition), left(untilNanos))
                .getOrDefault(partition, 0L);
    }

    private Duration left(long untilNanos) {
        return Duration.ofNanos(Math.max(0, untilNanos - nanos.nanoTime()));
    }

    private void keep(@Nullable Consumer<byte[], byte[]> consumer) {
        if (consumer == null) {
            return;
        }
        idle.push(consumer);
        if (closed) {
            closeIdle();
        }
    }

    private static void drop(@Nullable Consumer<byte[], byte[]> consumer) {
        if (consumer != null) {
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }

    private void closeIdle() {
        for (var consumer = idle.poll(); consumer != null; consumer = idle.poll()) {
            drop(consumer);
        }
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
    }
}
