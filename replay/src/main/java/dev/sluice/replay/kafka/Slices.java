package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.LogShape;
import dev.sluice.chassis.kafka.RangeReader;
import dev.sluice.chassis.kafka.RangeReader.Range;
import dev.sluice.protocol.RequestId;
import dev.sluice.replay.ReplayProgress.Span;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Cuts what is to be read into stretches of time with a bounded number of requests, so that how
 * they ended fits into memory; ids come one by one. One thread's.
 */
final class Slices {

    /** A nonce and a reference each: some 12 MiB. */
    static final long REQUESTS_MAX = 1_000_000;

    /**
     * One stretch.
     *
     * @param since no request in it is older
     */
    record Slice(Instant since, Map<TopicPartition, Range> ranges) {

        long count() {
            return ranges.values().stream().mapToLong(Range::count).sum();
        }
    }

    private final Admin admin;
    private final Consumer<ByteBuffer, ByteBuffer> consumer;
    private final long requestsMax;
    private final Deque<RequestId> ids = new ArrayDeque<>();
    private final boolean byIds;
    private final Instant until;
    private Instant since;

    /**
     * Slices of what is left.
     *
     * @param since no request that is left is older
     * @param until all that is left is older
     */
    Slices(
            Admin admin,
            Consumer<ByteBuffer, ByteBuffer> consumer,
            Set<RequestId> ids,
            Instant since,
            Instant until,
            long requestsMax) {
        this.admin = admin;
        this.consumer = consumer;
        this.requestsMax = requestsMax;
        this.since = since;
        this.until = until;
        this.byIds = !ids.isEmpty();
        ids.stream()
                .sorted(
                        Comparator.comparing((RequestId id) -> id.position().topic())
                                .thenComparingInt(id -> id.position().shard())
                                .thenComparingLong(id -> id.position().offset()))
                .forEach(this.ids::add);
    }

    /** The next stretch; empty when everything was in one. */
    Optional<Slice> next(Map<TopicPartition, Span> left)
            throws LogReadException, InterruptedException, ExecutionException, TimeoutException {
        return byIds ? nextId(left) : nextStretch(left);
    }

    private Optional<Slice> nextId(Map<TopicPartition, Span> left) throws LogReadException {
        while (!ids.isEmpty()) {
            RequestId id = ids.remove();
            long offset = id.position().offset();
            var partition = new TopicPartition(id.position().topic().name(), id.position().shard());
            Span span = left.get(partition);
            if (span != null && offset >= span.next() && offset < span.to()) {
                var range = Map.of(partition, new Range(offset, offset + 1));
                return Optional.of(new Slice(appendedAt(range), range));
            }
        }
        return Optional.empty();
    }

    private Instant appendedAt(Map<TopicPartition, Range> one) throws LogReadException {
        var time = new AtomicLong();
        new RangeReader(consumer, read -> {})
                .read(one, record -> time.set(record.timestamp()), (partition, begin) -> {});
        return Instant.ofEpochMilli(time.get());
    }

    private Optional<Slice> nextStretch(Map<TopicPartition, Span> left)
            throws InterruptedException, ExecutionException, TimeoutException {
        var ranges = new HashMap<TopicPartition, Range>();
        var ends = new HashMap<TopicPartition, Long>();
        left.forEach(
                (partition, span) -> {
                    if (span.left() > 0) {
                        ranges.put(partition, new Range(span.next(), span.to()));
                        ends.put(partition, span.to());
                    }
                });
        if (ranges.isEmpty()) {
            return Optional.empty();
        }
        var all = new Slice(since, ranges);
        if (all.count() <= requestsMax) {
            return Optional.of(all);
        }
        long low = since.toEpochMilli(); // what was appended before is few enough
        long high = until.toEpochMilli(); // and this is too much
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (before(middle, ranges, ends).count() <= requestsMax) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Slice slice = before(low, ranges, ends);
        if (slice.count() == 0) {
            slice = before(high, ranges, ends); // more than that in one millisecond
        }
        if (slice.count() == 0) {
            return Optional.of(all); // the times of the broker do not help
        }
        Slice cut = new Slice(since, slice.ranges());
        since = slice.since();
        return Optional.of(cut);
    }

    /** What was appended before this time; its {@code since} is where the rest begins. */
    private Slice before(
            long time, Map<TopicPartition, Range> ranges, Map<TopicPartition, Long> ends)
            throws InterruptedException, ExecutionException, TimeoutException {
        Instant at = Instant.ofEpochMilli(time);
        Map<TopicPartition, Long> offsets = LogShape.at(admin, ranges.keySet(), at, ends);
        var cut = new HashMap<TopicPartition, Range>();
        ranges.forEach(
                (partition, range) ->
                        cut.put(
                                partition,
                                new Range(
                                        range.from(),
                                        Math.max(
                                                range.from(),
                                                offsets.getOrDefault(partition, range.to())))));
        return new Slice(at, cut);
    }
}
