package dev.sluice.chassis.kafka;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much is queued in each requests topic: where its logs end, less what the results say is done.
 *
 * <p>Counts are exact as of the latest look; bytes are the count times the mean size of the records
 * on disk. While the broker is away the latest figures stay.
 */
public final class QueueDepths implements AutoCloseable {

    /**
     * What is queued in one topic.
     *
     * @param accepted requests ever appended
     * @param queued requests without a result, those in flight included
     * @param bytes of the queued ones on disk, estimated
     */
    public record Depth(long accepted, long queued, long bytes) {

        static final Depth NONE = new Depth(0, 0, 0);
    }

    private static final Logger log = LoggerFactory.getLogger(QueueDepths.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final int SIZES_EVERY_LOOKS = 10;

    private final Admin admin;
    private final TopicAdmin topics;
    private final ResultsReader results;
    private final int shards;
    private final Thread thread;
    private volatile Map<RequestsTopic, Depth> depths = Map.of();
    private volatile boolean closed;
    private Map<String, Long> topicBytes = Map.of();
    private int looks;

    public QueueDepths(KafkaClients clients, Admin admin, ResultsReader results) {
        this.admin = admin;
        this.topics = new TopicAdmin(admin, clients.settings());
        this.results = results;
        this.shards = clients.settings().shards();
        this.thread = Fatal.start("queue-depths", this::follow);
    }

    public Map<RequestsTopic, Depth> all() {
        return depths;
    }

    public Depth of(RequestsTopic topic) {
        return depths.getOrDefault(topic, Depth.NONE);
    }

    private void follow() {
        while (!closed) {
            try {
                try {
                    look();
                } catch (TimeoutException | ExecutionException e) {
                    log.debug("no look at the queue: {}", e.toString());
                }
                TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
            } catch (InterruptedException e) {
                return; // closed
            }
        }
    }

    private void look() throws InterruptedException, ExecutionException, TimeoutException {
        Set<RequestsTopic> present = topics.requestsTopics();
        var partitions = new ArrayList<TopicPartition>();
        for (RequestsTopic topic : present) {
            for (int shard = 0; shard < shards; shard++) {
                partitions.add(new TopicPartition(topic.name(), shard));
            }
        }
        if (looks++ % SIZES_EVERY_LOOKS == 0) {
            topicBytes = sizes();
        }
        var begins = Checkpoints.offsets(admin, partitions, OffsetSpec.earliest());
        var ends = Checkpoints.offsets(admin, partitions, OffsetSpec.latest());
        var found = new HashMap<RequestsTopic, Depth>();
        for (RequestsTopic topic : present) {
            long accepted = 0;
            long onDisk = 0;
            long queued = 0;
            for (int shard = 0; shard < shards; shard++) {
                var partition = new TopicPartition(topic.name(), shard);
                long begin = begins.getOrDefault(partition, 0L);
                long end = ends.getOrDefault(partition, 0L);
                results.trimmed(topic, shard, begin);
                accepted += end;
                onDisk += end - begin;
                queued += end - results.doneBelow(topic, shard, end);
            }
            long bytes = topicBytes.getOrDefault(topic.name(), 0L);
            long queuedBytes = onDisk == 0 ? 0 : (long) ((double) bytes / onDisk * queued);
            found.put(topic, new Depth(accepted, queued, queuedBytes));
        }
        depths = Map.copyOf(found);
    }

    /** Bytes on disk of one replica of each requests topic. */
    private Map<String, Long> sizes()
            throws InterruptedException, ExecutionException, TimeoutException {
        var brokers = new ArrayList<Integer>();
        admin.describeCluster()
                .nodes()
                .get(10, TimeUnit.SECONDS)
                .forEach(node -> brokers.add(node.id()));
        var byPartition = new HashMap<TopicPartition, Long>();
        for (Map<String, LogDirDescription> dirs :
                admin.describeLogDirs(brokers)
                        .allDescriptions()
                        .get(10, TimeUnit.SECONDS)
                        .values()) {
            for (LogDirDescription dir : List.copyOf(dirs.values())) {
                dir.replicaInfos()
                        .forEach(
                                (partition, replica) -> {
                                    if (partition.topic().startsWith(Topics.REQUESTS_PREFIX)) {
                                        byPartition.merge(partition, replica.size(), Math::max);
                                    }
                                });
            }
        }
        var sizes = new HashMap<String, Long>();
        byPartition.forEach((partition, size) -> sizes.merge(partition.topic(), size, Long::sum));
        return sizes;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5)); // the admin client may be closed after us
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
