package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.kafka.LogShape;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.replay.ReplayProgress.Span;
import dev.sluice.replay.Selection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Which parts of the log a selection has to look at, as the broker's time index says. */
final class Source {

    private Source() {}

    /**
     * Asks the broker.
     *
     * @param topics all requests topics
     * @throws NotInLogException if the selection names what is not there
     */
    static Map<TopicPartition, Span> of(
            Admin admin, Collection<RequestsTopic> topics, int shards, Selection selection)
            throws NotInLogException, InterruptedException, ExecutionException, TimeoutException {
        requirePool(topics, selection);
        var partitions = new ArrayList<TopicPartition>();
        topics.stream()
                .filter(selection::mayHave)
                .forEach(
                        topic -> {
                            for (int shard = 0; shard < shards; shard++) {
                                partitions.add(new TopicPartition(topic.name(), shard));
                            }
                        });
        var begins = Checkpoints.offsets(admin, partitions, OffsetSpec.earliest());
        var ends = Checkpoints.offsets(admin, partitions, OffsetSpec.latest());
        if (!selection.ids().isEmpty()) {
            return ofIds(selection, begins, ends);
        }
        Map<TopicPartition, Long> from =
                selection.from().isPresent()
                        ? LogShape.at(admin, partitions, selection.from().get(), ends)
                        : begins;
        Map<TopicPartition, Long> to =
                selection.to().isPresent()
                        ? LogShape.at(admin, partitions, selection.to().get(), ends)
                        : ends;
        var spans = new HashMap<TopicPartition, Span>();
        for (TopicPartition partition : partitions) {
            long start = Math.max(from.getOrDefault(partition, 0L), begin(begins, partition));
            long end = Math.max(start, to.getOrDefault(partition, 0L));
            spans.put(partition, new Span(start, end));
        }
        return spans;
    }

    /** From the first id of each partition to its last one. */
    private static Map<TopicPartition, Span> ofIds(
            Selection selection, Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends)
            throws NotInLogException {
        var spans = new HashMap<TopicPartition, Span>();
        for (RequestId id : selection.ids()) {
            var partition = new TopicPartition(id.position().topic().name(), id.position().shard());
            long offset = id.position().offset();
            if (offset < begin(begins, partition) || offset >= ends.getOrDefault(partition, 0L)) {
                throw new NotInLogException("no request %s is in the log".formatted(id));
            }
            spans.merge(
                    partition,
                    new Span(offset, offset + 1),
                    (a, b) -> new Span(Math.min(a.next(), b.next()), Math.max(a.to(), b.to())));
        }
        return spans;
    }

    private static void requirePool(Collection<RequestsTopic> topics, Selection selection)
            throws NotInLogException {
        if (selection.pool().isEmpty()) {
            return;
        }
        PoolName pool = selection.pool().get();
        var there = new TreeMap<PoolName, RequestsTopic>();
        topics.forEach(topic -> there.put(topic.pool(), topic));
        if (!there.containsKey(pool)) {
            throw new NotInLogException(
                    "no request was ever queued for a pool '%s'; pools that have requests: %s"
                            .formatted(
                                    pool,
                                    there.isEmpty()
                                            ? "none"
                                            : there.keySet().stream()
                                                    .map(PoolName::value)
                                                    .collect(Collectors.joining(", "))));
        }
    }

    private static long begin(Map<TopicPartition, Long> begins, TopicPartition partition) {
        return begins.getOrDefault(partition, 0L);
    }
}
