package dev.sluice.cli.audit.kafka;

import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.LogShape;
import dev.sluice.chassis.kafka.RangeReader;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.cli.audit.ShardAudit;
import dev.sluice.cli.audit.ShardExtent;
import dev.sluice.cli.audit.ShardFigures;
import dev.sluice.protocol.HeaderLookup;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultHead;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one shard for its audit: all its requests, then its results. */
final class ShardReader {

    private static final Logger log = LoggerFactory.getLogger(ShardReader.class);

    private final Consumer<ByteBuffer, ByteBuffer> consumer;
    private final LogExtent extent;
    private final RangeReader reader;
    private final TopicPartition results;
    private final Map<TopicPartition, RequestsTopic> requests = new HashMap<>();

    ShardReader(
            Consumer<ByteBuffer, ByteBuffer> consumer,
            LogExtent extent,
            int shard,
            LongConsumer progress) {
        this.consumer = consumer;
        this.extent = extent;
        this.reader = new RangeReader(consumer, progress);
        this.results = new TopicPartition(Topics.RESULTS, shard);
        extent.selected()
                .forEach(topic -> requests.put(new TopicPartition(topic.name(), shard), topic));
    }

    ShardFigures read() throws LogReadException {
        try {
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(requests.keySet());
            var ranges = new HashMap<TopicPartition, RangeReader.Range>();
            begins.forEach(
                    (partition, begin) -> ranges.put(partition, extent.range(partition, begin)));
            var audit = new ShardAudit(shardExtent(begins, ranges));
            reader.read(ranges, record -> request(audit, record), trimmed(audit));
            reader.read(
                    Map.of(results, extent.range(results, begin(results))),
                    record -> result(audit, record),
                    (partition, begin) -> log.debug("{} trimmed to {}", partition, begin));
            return audit.finish(judgedFrom());
        } catch (KafkaException e) {
            throw new LogReadException("the log cannot be read: " + e.getMessage(), e);
        }
    }

    private ShardExtent shardExtent(
            Map<TopicPartition, Long> begins, Map<TopicPartition, RangeReader.Range> ranges) {
        var requestsExtents = new HashMap<RequestsTopic, ShardExtent.Requests>();
        ranges.forEach(
                (partition, range) ->
                        requestsExtents.put(
                                topic(partition),
                                new ShardExtent.Requests(
                                        begins.getOrDefault(partition, 0L),
                                        range.from(),
                                        range.to(),
                                        Math.max(
                                                range.to(),
                                                extent.ends().getOrDefault(partition, 0L)),
                                        extent.next().getOrDefault(partition, 0L))));
        return new ShardExtent(results.partition(), requestsExtents, extent.others());
    }

    private RangeReader.Trimmed trimmed(ShardAudit audit) {
        return (partition, begin) -> audit.trimmed(topic(partition), begin);
    }

    private void request(ShardAudit audit, ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        audit.request(
                topic(new TopicPartition(record.topic(), record.partition())),
                record.offset(),
                RequestCodec.nonce(WireRecords.lookup(record)));
    }

    private RequestsTopic topic(TopicPartition partition) {
        RequestsTopic topic = requests.get(partition);
        if (topic == null) {
            throw new IllegalStateException("never asked for: " + partition);
        }
        return topic;
    }

    private void result(ShardAudit audit, ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        HeaderLookup headers = WireRecords.lookup(record);
        try {
            Optional<ResultHead> result = ResultHead.decode(headers);
            if (result.isPresent()) {
                audit.result(result.get());
            } else {
                audit.entry(ResultsCodec.decode(WireRecords.fromView(record)));
            }
        } catch (UnreadableRecordException e) {
            log.debug("results {}@{}: {}", record.partition(), record.offset(), e.getMessage());
            audit.unreadable();
        }
    }

    /**
     * Where the results begin late, requests that may be older than the first of them are not
     * judged. Asked after they were read: what was trimmed meanwhile was perhaps not read.
     */
    private Map<RequestsTopic, Long> judgedFrom() {
        if (begin(results) == 0) {
            return Map.of();
        }
        OffsetAndTimestamp first = consumer.offsetsForTimes(Map.of(results, 0L)).get(results);
        var judged = new HashMap<RequestsTopic, Long>();
        requests.forEach(
                (partition, topic) -> {
                    long end = extent.ends().getOrDefault(partition, 0L);
                    judged.put(topic, first == null ? end : youngerThan(partition, first, end));
                });
        return judged;
    }

    private long youngerThan(TopicPartition partition, OffsetAndTimestamp result, long end) {
        long time = result.timestamp() + LogShape.CLOCK_SKEW.toMillis();
        OffsetAndTimestamp young = consumer.offsetsForTimes(Map.of(partition, time)).get(partition);
        return young == null ? end : young.offset();
    }

    private long begin(TopicPartition partition) {
        Long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
        return begin == null ? 0 : begin;
    }
}
