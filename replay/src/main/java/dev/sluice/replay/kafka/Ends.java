package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.LogShape;
import dev.sluice.chassis.kafka.RangeReader;
import dev.sluice.chassis.kafka.RangeReader.Range;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.HeaderLookup;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultHead;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.UnreadableRecordException;
import dev.sluice.replay.End;
import dev.sluice.replay.kafka.Slices.Slice;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the requests of one slice ended: by the first result in the log with the place and the nonce
 * of each, which is the one that counts.
 */
final class Ends {

    private static final Logger log = LoggerFactory.getLogger(Ends.class);

    /** The ends of one partition's requests, by offset. */
    private static final class OfPartition {
        private final long from;
        private final End[] ends;
        private final long[] nonces;
        // results with another nonce than the first at their place: the topic was made anew
        private final Map<Long, List<ResultOf>> others = new HashMap<>();

        OfPartition(Range range) {
            this.from = range.from();
            this.ends = new End[Math.toIntExact(range.count())];
            this.nonces = new long[ends.length];
        }
    }

    private record ResultOf(Nonce nonce, End end) {}

    private final Map<TopicPartition, OfPartition> partitions = new HashMap<>();
    private final Map<End, End> known = new HashMap<>(); // few differ: one object for each
    private final Map<Integer, Long> missing = new HashMap<>(); // by shard

    private Ends(Slice slice) {
        slice.ranges()
                .forEach(
                        (partition, range) -> {
                            if (!range.isEmpty()) {
                                partitions.put(partition, new OfPartition(range));
                                missing.merge(partition.partition(), range.count(), Long::sum);
                            }
                        });
    }

    /**
     * Reads the results from the slice's time on, until each of its requests has one or the log
     * ends.
     *
     * @param isCancelled asked often: whether to leave it at that
     */
    static Ends read(
            Admin admin,
            Consumer<ByteBuffer, ByteBuffer> consumer,
            Slice slice,
            BooleanSupplier isCancelled)
            throws LogReadException, InterruptedException, ExecutionException, TimeoutException {
        var ends = new Ends(slice);
        var results = new ArrayList<TopicPartition>();
        ends.missing.keySet().forEach(s -> results.add(new TopicPartition(Topics.RESULTS, s)));
        var until = Checkpoints.offsets(admin, results, OffsetSpec.latest());
        Instant since = slice.since().minus(LogShape.CLOCK_SKEW);
        var from = LogShape.at(admin, results, since, until);
        var ranges = new HashMap<TopicPartition, Range>();
        from.forEach((p, start) -> ranges.put(p, new Range(start, until.getOrDefault(p, 0L))));
        new RangeReader(consumer, read -> {})
                .read(
                        ranges,
                        ends::take,
                        (partition, begin) -> log.debug("{} begins at {}", partition, begin),
                        p -> ends.isComplete(p.partition()) || isCancelled.getAsBoolean());
        return ends;
    }

    /** How this request ended. */
    End of(RequestId id) {
        var position = id.position();
        OfPartition of =
                partitions.get(new TopicPartition(position.topic().name(), position.shard()));
        int index = index(of, position.offset());
        if (of == null || index < 0 || of.ends[index] == null) {
            return End.PENDING;
        }
        if (of.nonces[index] == id.nonce().bits()) {
            return of.ends[index];
        }
        return of.others.getOrDefault(position.offset(), List.of()).stream()
                .filter(other -> other.nonce().equals(id.nonce()))
                .map(ResultOf::end)
                .findFirst()
                .orElse(End.PENDING);
    }

    private boolean isComplete(int shard) {
        return missing.getOrDefault(shard, 0L) == 0;
    }

    private void take(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        HeaderLookup headers = WireRecords.lookup(record);
        try {
            var result = ResultHead.decode(headers);
            if (result.isPresent()) {
                ended(result.get().request(), End.of(result.get()));
            } else if (ResultsCodec.decode(WireRecords.fromView(record)) instanceof Duplicate d) {
                ended(d.request(), End.DUPLICATE);
            }
        } catch (UnreadableRecordException e) {
            log.debug("results {}@{}: {}", record.partition(), record.offset(), e.getMessage());
        }
    }

    private void ended(RequestId id, End end) {
        var position = id.position();
        OfPartition of =
                partitions.get(new TopicPartition(position.topic().name(), position.shard()));
        int index = index(of, position.offset());
        if (of == null || index < 0) {
            return;
        }
        if (of.ends[index] == null) {
            of.ends[index] = known.computeIfAbsent(end, e -> e);
            of.nonces[index] = id.nonce().bits();
            missing.merge(position.shard(), -1L, Long::sum);
        } else if (of.nonces[index] != id.nonce().bits()) {
            of.others
                    .computeIfAbsent(position.offset(), o -> new ArrayList<>(1))
                    .add(new ResultOf(id.nonce(), end));
        }
    }

    private static int index(@org.jspecify.annotations.Nullable OfPartition of, long offset) {
        long index = of == null ? -1 : offset - of.from;
        return of == null || index >= of.ends.length ? -1 : (int) Math.max(-1, index);
    }
}
