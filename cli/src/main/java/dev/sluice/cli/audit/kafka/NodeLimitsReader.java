package dev.sluice.cli.audit.kafka;

import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.RangeReader;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.cli.audit.NodeLimits;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads all that the nodes topic still tells of the nodes' limits. */
final class NodeLimitsReader {

    private static final Logger log = LoggerFactory.getLogger(NodeLimitsReader.class);

    private NodeLimitsReader() {}

    static NodeLimits read(Consumer<ByteBuffer, ByteBuffer> consumer) throws LogReadException {
        var limits = new NodeLimits();
        if (consumer.partitionsFor(Topics.NODES).isEmpty()) {
            return limits; // no monitor was ever there: the nodes are listed without limits
        }
        var partition = new TopicPartition(Topics.NODES, 0);
        long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        new RangeReader(consumer, read -> {})
                .read(
                        Map.of(partition, new RangeReader.Range(begin, end)),
                        record -> entry(limits, record),
                        (p, newBegin) -> log.debug("{} begins at {}", p, newBegin));
        return limits;
    }

    private static void entry(NodeLimits limits, ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        if (record.key() == null || record.value() == null) {
            return; // a node that was removed keeps the limits it had
        }
        String key = StandardCharsets.UTF_8.decode(record.key().duplicate()).toString();
        if (key.startsWith(CompactedTable.NOTE_PREFIX)) {
            return;
        }
        try {
            limits.entry(
                    ProtocolJson.decode(
                            WireRecords.fromView(record).value(), RegisteredNode.class));
        } catch (UnreadableRecordException e) {
            log.warn("entry {} of the nodes topic is left out: {}", key, e.getMessage());
        }
    }
}
