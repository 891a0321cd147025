package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.LogShape;
import dev.sluice.chassis.kafka.RangeReader;
import dev.sluice.chassis.kafka.RangeReader.Range;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.HeaderLookup;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultHead;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way from an id to all that the log has of that request. */
public final class RequestFinder {

    /**
     * A request with what ended it.
     *
     * @param ending the first in the log; empty while there is none
     */
    public record Found(
            RequestId id, Instant queuedAt, RequestEvent event, Optional<Ending> ending) {}

    private static final Logger log = LoggerFactory.getLogger(RequestFinder.class);

    private final KafkaClients clients;
    private final Admin admin;

    public RequestFinder(KafkaClients clients, Admin admin) {
        this.clients = clients;
        this.admin = admin;
    }

    /** The request, if the log has it. */
    public Optional<Found> find(RequestId id) throws LogReadException, InterruptedException {
        var partition = new TopicPartition(id.position().topic().name(), id.position().shard());
        var consumer = clients.views(RangeReader.FETCHES);
        try {
            long offset = id.position().offset();
            if (!isTopic(id)
                    || id.position().shard() >= clients.settings().shards()
                    || offset < offset(partition, OffsetSpec.earliest())
                    || offset >= offset(partition, OffsetSpec.latest())) {
                return Optional.empty();
            }
            var record = new AtomicReference<@Nullable ConsumerRecord<ByteBuffer, ByteBuffer>>();
            new RangeReader(consumer, read -> {})
                    .read(
                            Map.of(partition, new Range(offset, offset + 1)),
                            record::set,
                            (p, begin) -> {});
            ConsumerRecord<ByteBuffer, ByteBuffer> there = record.get();
            if (there == null) {
                return Optional.empty();
            }
            RequestEvent event = RequestCodec.decode(WireRecords.fromView(there));
            Instant at = Instant.ofEpochMilli(there.timestamp());
            return event.nonce().equals(id.nonce())
                    ? Optional.of(new Found(id, at, event, ending(consumer, id, at)))
                    : Optional.empty();
        } catch (UnreadableRecordException e) {
            throw new LogReadException(
                    "the record of request %s is no request: %s".formatted(id, e.getMessage()), e);
        } catch (TimeoutException | ExecutionException e) {
            throw unreachable(e);
        } finally {
            consumer.close(KafkaClients.AT_ONCE);
        }
    }

    private Optional<Ending> ending(
            Consumer<ByteBuffer, ByteBuffer> consumer, RequestId id, Instant queuedAt)
            throws LogReadException, InterruptedException, ExecutionException, TimeoutException {
        var partition = new TopicPartition(Topics.RESULTS, id.position().shard());
        long end = offset(partition, OffsetSpec.latest());
        var from =
                LogShape.at(
                        admin,
                        List.of(partition),
                        queuedAt.minus(LogShape.CLOCK_SKEW),
                        Map.of(partition, end));
        var found = new AtomicReference<@Nullable Ending>();
        new RangeReader(consumer, read -> {})
                .read(
                        Map.of(partition, new Range(from.getOrDefault(partition, end), end)),
                        record -> take(record, id, found),
                        (p, begin) -> {},
                        p -> found.get() != null);
        return Optional.ofNullable(found.get());
    }

    private static void take(
            ConsumerRecord<ByteBuffer, ByteBuffer> record,
            RequestId id,
            AtomicReference<@Nullable Ending> found) {
        HeaderLookup headers = WireRecords.lookup(record);
        try {
            Optional<ResultHead> head = ResultHead.decode(headers);
            boolean other = head.isPresent() && !head.get().request().equals(id);
            if (found.get() == null
                    && !other
                    && ResultsCodec.decode(WireRecords.fromView(record)) instanceof Ending ending
                    && ending.request().equals(id)) {
                found.set(ending);
            }
        } catch (UnreadableRecordException e) {
            log.debug("results {}@{}: {}", record.partition(), record.offset(), e.getMessage());
        }
    }

    private boolean isTopic(RequestId id)
            throws InterruptedException, ExecutionException, TimeoutException {
        return new TopicAdmin(admin, clients.settings())
                .requestsTopics()
                .contains(id.position().topic());
    }

    private long offset(TopicPartition partition, OffsetSpec spec)
            throws InterruptedException, ExecutionException, TimeoutException {
        return Checkpoints.offsets(admin, List.of(partition), spec).getOrDefault(partition, 0L);
    }

    private LogReadException unreachable(Exception e) {
        return LogShape.unreachable(
                String.valueOf(clients.settings().client().get("bootstrap.servers")), e);
    }
}
