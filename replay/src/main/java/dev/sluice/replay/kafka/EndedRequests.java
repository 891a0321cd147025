package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.LogShape;
import dev.sluice.chassis.kafka.RangeReader;
import dev.sluice.chassis.kafka.RangeReader.Range;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultHead;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.UnreadableRecordException;
import dev.sluice.replay.End;
import dev.sluice.replay.Selection;
import dev.sluice.replay.kafka.RequestList.Listed;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests that end from now on, one after the other; one thread's. */
public final class EndedRequests implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EndedRequests.class);
    private static final Duration POLL = Duration.ofMillis(500);
    // requests nearer to each other than this are read in one go
    private static final int GAP_MAX = 500;
    // a second result of a request comes soon after the first, if at all
    private static final int REMEMBERED = 10_000;

    private final Consumer<ByteBuffer, ByteBuffer> results;
    private final Consumer<ByteBuffer, ByteBuffer> requests;
    private final Selection selection;
    private final Map<RequestId, Boolean> shown =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<RequestId, Boolean> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /**
     * From now on.
     *
     * @throws LogReadException if the broker does not answer
     */
    public EndedRequests(KafkaClients clients, Admin admin, Selection selection)
            throws LogReadException, InterruptedException {
        this.selection = selection;
        var partitions = new ArrayList<TopicPartition>();
        for (int shard = 0; shard < clients.settings().shards(); shard++) {
            partitions.add(new TopicPartition(Topics.RESULTS, shard));
        }
        Map<TopicPartition, Long> ends;
        try {
            ends = Checkpoints.offsets(admin, partitions, OffsetSpec.latest());
        } catch (TimeoutException | ExecutionException e) {
            throw LogShape.unreachable(
                    String.valueOf(clients.settings().client().get("bootstrap.servers")), e);
        }
        this.results = clients.views(Map.of());
        this.requests = clients.views(RangeReader.FETCHES);
        results.assign(partitions);
        ends.forEach(results::seek);
    }

    /** Those that ended since it was asked last; waits a moment for the first. */
    public List<Listed> next() throws LogReadException {
        var ended =
                new TreeMap<TopicPartition, NavigableMap<Long, Map.Entry<RequestId, End>>>(
                        MergedRequests.BY_NAME);
        try {
            results.poll(POLL).forEach(record -> take(record, ended));
        } catch (KafkaException e) {
            throw new LogReadException("the log cannot be read: " + e.getMessage(), e);
        }
        var listed = new ArrayList<Listed>();
        while (!ended.isEmpty()) {
            var ranges = new HashMap<TopicPartition, Range>();
            ended.forEach((partition, of) -> ranges.put(partition, firstCluster(of)));
            new RangeReader(requests, read -> {})
                    .read(
                            ranges,
                            record -> list(record, ended, listed),
                            (partition, begin) -> log.debug("{} begins at {}", partition, begin));
            ranges.forEach(
                    (partition, range) ->
                            ended.computeIfPresent(
                                    partition,
                                    (p, of) -> {
                                        of.headMap(range.to(), false).clear();
                                        return of.isEmpty() ? null : of;
                                    }));
        }
        listed.sort(java.util.Comparator.comparing(Listed::queuedAt));
        return listed;
    }

    private static Range firstCluster(NavigableMap<Long, ?> offsets) {
        long from = offsets.firstKey();
        long to = from + 1;
        for (long offset : offsets.keySet()) {
            if (offset - to > GAP_MAX) {
                break;
            }
            to = offset + 1;
        }
        return new Range(from, to);
    }

    private void take(
            ConsumerRecord<ByteBuffer, ByteBuffer> record,
            Map<TopicPartition, NavigableMap<Long, Map.Entry<RequestId, End>>> ended) {
        try {
            var result = ResultHead.decode(WireRecords.lookup(record));
            if (result.isPresent()) {
                take(result.get().request(), End.of(result.get()), ended);
            } else if (ResultsCodec.decode(WireRecords.fromView(record)) instanceof Duplicate d) {
                take(d.request(), End.DUPLICATE, ended);
            }
        } catch (UnreadableRecordException e) {
            log.debug("results {}@{}: {}", record.partition(), record.offset(), e.getMessage());
        }
    }

    private void take(
            RequestId id,
            End end,
            Map<TopicPartition, NavigableMap<Long, Map.Entry<RequestId, End>>> ended) {
        if (selection.mayHave(id.position().topic())
                && RequestList.isMeant(selection, end)
                && shown.put(id, true) == null) {
            ended.computeIfAbsent(
                            new TopicPartition(id.position().topic().name(), id.position().shard()),
                            p -> new TreeMap<>())
                    .put(id.position().offset(), Map.entry(id, end));
        }
    }

    private void list(
            ConsumerRecord<ByteBuffer, ByteBuffer> record,
            Map<TopicPartition, NavigableMap<Long, Map.Entry<RequestId, End>>> ended,
            List<Listed> listed) {
        var partition = new TopicPartition(record.topic(), record.partition());
        var of = ended.get(partition);
        var entry = of == null ? null : of.get(record.offset());
        if (entry == null) {
            return; // between two that have ended
        }
        try {
            RequestEvent event = RequestCodec.decode(WireRecords.fromView(record));
            Instant at = Instant.ofEpochMilli(record.timestamp());
            if (selection.mayHave(entry.getKey(), at, event.target())) {
                listed.add(Listed.of(entry.getKey(), at, event, entry.getValue()));
            }
        } catch (UnreadableRecordException e) {
            log.debug("{}@{}: {}", partition, record.offset(), e.getMessage());
        }
    }

    @Override
    public void close() {
        results.close(KafkaClients.AT_ONCE);
        requests.close(KafkaClients.AT_ONCE);
    }
}
