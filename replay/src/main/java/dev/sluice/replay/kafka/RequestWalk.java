package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.LogShape;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.UnreadableRecordException;
import dev.sluice.replay.End;
import dev.sluice.replay.ReplayProgress.Span;
import dev.sluice.replay.Selection;
import dev.sluice.replay.kafka.MergedRequests.Next;
import dev.sluice.replay.kafka.Slices.Slice;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A way through the requests that a selection may mean, each with how it ended, the oldest first;
 * ids one by one. What was met is behind only when it was {@linkplain #passed() passed}. One
 * thread's.
 */
final class RequestWalk implements AutoCloseable {

    /** What is met. */
    sealed interface Step {

        /** A request that meets every criterion but how it ended, and that. */
        record Met(RequestId id, Instant at, RequestEvent event, End end) implements Step {}

        /** A record that is no request, or one that is not meant. */
        record Passed() implements Step {}

        /** The broker has not given it yet; the caller may do something else first. */
        record NotYet() implements Step {}

        record Nothing() implements Step {}
    }

    private static final Map<String, Object> FETCHES =
            Map.of(
                    "fetch.max.wait.ms", 20,
                    // a fetch is in memory at once, and the next one beside it
                    "fetch.max.bytes", 8 * 1024 * 1024,
                    "max.partition.fetch.bytes", 1024 * 1024,
                    "max.poll.records", 2_000,
                    "receive.buffer.bytes", 1024 * 1024);

    private static final Logger log = LoggerFactory.getLogger(RequestWalk.class);
    private static final Step PASSED = new Step.Passed();
    private static final Step NOT_YET = new Step.NotYet();
    private static final Step NOTHING = new Step.Nothing();

    private final KafkaClients clients;
    private final Admin admin;
    private final Selection selection;
    private final BooleanSupplier isCancelled;
    private final Consumer<ByteBuffer, ByteBuffer> views;
    private final Consumer<byte[], byte[]> consumer;
    private final Slices slices;
    private final Map<TopicPartition, Span> left;
    private final Map<TopicPartition, RequestsTopic> topics = new HashMap<>();
    private @Nullable Slice slice;
    private @Nullable Ends ends;
    private @Nullable MergedRequests requests;
    private @Nullable RequestId met;
    private long leftCount;

    /**
     * A way through these spans.
     *
     * @param since no request that is left is older
     * @param until all that is left is older
     * @param isCancelled asked while results are read: whether to leave it at that
     */
    RequestWalk(
            KafkaClients clients,
            Admin admin,
            Selection selection,
            Map<TopicPartition, Span> left,
            Instant since,
            Instant until,
            BooleanSupplier isCancelled) {
        this.clients = clients;
        this.admin = admin;
        this.selection = selection;
        this.isCancelled = isCancelled;
        this.left = new HashMap<>(left);
        this.leftCount = left.values().stream().mapToLong(Span::left).sum();
        this.views = clients.views(FETCHES);
        this.consumer = clients.assigned(FETCHES);
        this.slices = new Slices(admin, views, selection.ids(), since, until, Slices.REQUESTS_MAX);
    }

    /** What is still to be read, what was met and not passed included. */
    Map<TopicPartition, Span> left() {
        return left;
    }

    /** How many offsets that is. */
    long leftCount() {
        return leftCount;
    }

    /** What was met last is done with. */
    void passed() {
        if (met == null) {
            throw new IllegalStateException("nothing was met");
        }
        passed(
                new TopicPartition(met.position().topic().name(), met.position().shard()),
                met.position().offset() + 1);
        met = null;
    }

    /**
     * The next step; takes a moment, or as long as the results of a slice take.
     *
     * @throws LogReadException if the log cannot be read
     */
    Step next() throws LogReadException, InterruptedException {
        if (met != null) {
            throw new IllegalStateException("not passed: " + met);
        }
        try {
            if (requests == null && !beginSlice()) {
                return isCancelled.getAsBoolean() ? NOT_YET : NOTHING;
            }
        } catch (TimeoutException | ExecutionException e) {
            throw LogShape.unreachable(
                    String.valueOf(clients.settings().client().get("bootstrap.servers")), e);
        }
        if (requests == null || slice == null || ends == null) {
            return NOT_YET; // cancelled
        }
        return switch (requests.next()) {
            case Next.NotYet n -> NOT_YET;
            case Next.Nothing n -> {
                slice.ranges().forEach((partition, range) -> passed(partition, range.to()));
                requests = null;
                yield PASSED;
            }
            case Next.Request(var record) -> step(record, ends);
        };
    }

    private boolean beginSlice()
            throws LogReadException, InterruptedException, ExecutionException, TimeoutException {
        Optional<Slice> next = slices.next(left);
        if (next.isEmpty()) {
            return false;
        }
        slice = next.get();
        ends = Ends.read(admin, views, slice, isCancelled);
        if (isCancelled.getAsBoolean()) {
            return false;
        }
        requests = new MergedRequests(consumer, slice.ranges());
        return true;
    }

    private void passed(TopicPartition partition, long next) {
        Span before = left.get(partition);
        if (before != null && next > before.next()) {
            var after = new Span(next, before.to());
            left.put(partition, after);
            leftCount -= before.left() - after.left();
        }
    }

    private Step step(ConsumerRecord<byte[], byte[]> record, Ends known) {
        var partition = new TopicPartition(record.topic(), record.partition());
        try {
            RequestEvent event = RequestCodec.decode(WireRecords.fromKafka(record));
            var position =
                    new Position(
                            topics.computeIfAbsent(partition, Partitions::topic),
                            record.partition(),
                            record.offset());
            var id = new RequestId(position, event.nonce());
            Instant at = Instant.ofEpochMilli(record.timestamp());
            if (selection.mayHave(id, at, event.target())) {
                met = id;
                return new Step.Met(id, at, event, known.of(id));
            }
        } catch (UnreadableRecordException e) {
            log.debug("{}@{}: {}", partition, record.offset(), e.getMessage());
        }
        passed(partition, record.offset() + 1);
        return PASSED;
    }

    @Override
    public void close() {
        views.close(KafkaClients.AT_ONCE);
        consumer.close(KafkaClients.AT_ONCE);
    }
}
