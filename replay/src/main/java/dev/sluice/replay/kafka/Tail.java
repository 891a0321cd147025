package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.RangeReader;
import dev.sluice.chassis.kafka.RangeReader.Range;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.protocol.ReplayOf;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a replay sent after its last progress was written, so that it is not sent again: the end of
 * each log that it sends to.
 */
final class Tail {

    private static final Logger log = LoggerFactory.getLogger(Tail.class);

    private Tail() {}

    /** The originals of which this replay's requests stand at or above these offsets. */
    static Set<RequestId> sent(
            KafkaClients clients, Admin admin, String replay, Map<TopicPartition, Long> from)
            throws LogReadException, InterruptedException, ExecutionException, TimeoutException {
        var ends = Checkpoints.offsets(admin, from.keySet(), OffsetSpec.latest());
        var ranges = new HashMap<TopicPartition, Range>();
        from.forEach((p, offset) -> ranges.put(p, new Range(offset, ends.getOrDefault(p, 0L))));
        var sent = new HashSet<RequestId>();
        var consumer = clients.views(RangeReader.FETCHES);
        try {
            new RangeReader(consumer, read -> {})
                    .read(
                            ranges,
                            record ->
                                    replayOf(record)
                                            .filter(of -> of.replay().equals(replay))
                                            .ifPresent(of -> sent.add(of.original())),
                            (partition, begin) -> log.debug("{} begins at {}", partition, begin));
        } finally {
            consumer.close(KafkaClients.AT_ONCE);
        }
        return sent;
    }

    private static Optional<ReplayOf> replayOf(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        try {
            return RequestCodec.replayOf(WireRecords.lookup(record));
        } catch (UnreadableRecordException e) {
            return Optional.empty(); // no replay of ours wrote it
        }
    }
}
