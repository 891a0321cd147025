package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.LogShape;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.replay.Capacity;
import dev.sluice.replay.ReplayOrder;
import dev.sluice.replay.ReplayProgress.Span;
import dev.sluice.replay.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Where an order is read from in this log, and where it is written to. */
final class Layout {

    // metadata reaches every broker well within these five seconds
    private static final int LOOKS_MAX = 50;
    private static final long LOOK_EVERY_MS = 100;

    private final Admin admin;
    private final KafkaSettings settings;
    private final String broker;

    Layout(Admin admin, KafkaSettings settings) {
        this.admin = admin;
        this.settings = settings;
        this.broker = String.valueOf(settings.client().get("bootstrap.servers"));
    }

    /** What of the log it has to look at. */
    Map<TopicPartition, Span> source(Selection selection)
            throws LogReadException, InterruptedException {
        try {
            int shards = settings.shards();
            var topics = new TopicAdmin(admin, settings);
            return Source.of(admin, topics.requestsTopicsOf(shards), shards, selection);
        } catch (TimeoutException | ExecutionException e) {
            throw LogShape.unreachable(broker, e);
        }
    }

    /** Where the order's requests go; refuses a pool without nodes, for they would never end. */
    Set<RequestsTopic> targets(
            ReplayOrder order, Map<TopicPartition, Span> source, Map<PoolName, Capacity> known)
            throws LogReadException {
        var from = new TreeSet<RequestsTopic>();
        source.keySet().forEach(partition -> from.add(Partitions.topic(partition)));
        Set<RequestsTopic> targets = order.targets(from);
        for (RequestsTopic target : targets) {
            if (!known.containsKey(target.pool())) {
                throw new NotInLogException(
                        "no node belongs to a pool '%s'; pools that have nodes: %s"
                                .formatted(
                                        target.pool(),
                                        known.isEmpty()
                                                ? "none"
                                                : known.keySet().stream()
                                                        .map(PoolName::value)
                                                        .collect(Collectors.joining(", "))));
            }
        }
        return targets;
    }

    /** Makes these topics where they are missing; where each of their partitions ends. */
    Map<TopicPartition, Long> ends(Set<RequestsTopic> targets)
            throws LogReadException, InterruptedException {
        try {
            var topics = new TopicAdmin(admin, settings);
            var partitions = new ArrayList<TopicPartition>();
            for (RequestsTopic target : targets) {
                topics.ensureRequests(target);
                for (int shard = 0; shard < settings.shards(); shard++) {
                    partitions.add(new TopicPartition(target.name(), shard));
                }
            }
            return endsWhenKnown(partitions);
        } catch (TimeoutException | ExecutionException e) {
            throw LogShape.unreachable(broker, e);
        } catch (StartException e) {
            throw new LogReadException(String.valueOf(e.getMessage()), e);
        }
    }

    /** A topic that was made just now is known everywhere a moment later. */
    private Map<TopicPartition, Long> endsWhenKnown(List<TopicPartition> partitions)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (int looks = 1; ; looks++) {
            try {
                return Checkpoints.offsets(admin, partitions, OffsetSpec.latest());
            } catch (ExecutionException e) {
                if (looks == LOOKS_MAX
                        || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            }
        }
    }
}
