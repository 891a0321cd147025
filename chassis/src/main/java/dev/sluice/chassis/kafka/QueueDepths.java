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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
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
    private final CompletableFuture<Void> firstLook = new CompletableFuture<>();
    // bytes of a record on disk, for topics that had records when their sizes were looked at
    private Map<RequestsTopic, Double> meanBytes = Map.of();
    private final AtomicLong begun = new AtomicLong();
    private volatile long looked;

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

    /**
     * The number of the look that the figures are of, 0 before the first: they have all that was
     * appended before that look began.
     */
    public long looks() {
        return looked;
    }

    /** The number of the look that began last; it may still be under way, or have failed. */
    public long begun() {
        return begun.get();
    }

    /** Done when the figures are those of the broker for the first time. */
    public CompletableFuture<Void> firstLook() {
        return firstLook.copy();
    }

    private void follow() {
        try {
            while (!closed) {
                lookOrSayWhyNot();
                TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
            }
        } catch (InterruptedException e) {
            log.debug("closed");
        }
    }

    private void lookOrSayWhyNot() throws InterruptedException {
        try {
            long number = begun.incrementAndGet();
            look();
            looked = number;
            firstLook.complete(null);
        } catch (TimeoutException | ExecutionException e) {
            log.debug("no look at the queue: {}", e.toString());
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
        var begins = Checkpoints.offsets(admin, partitions, OffsetSpec.earliest());
        var ends = Checkpoints.offsets(admin, partitions, OffsetSpec.latest());
        var found = new HashMap<RequestsTopic, Depth>();
        var records = new HashMap<RequestsTopic, Long>();
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
            records.put(topic, onDisk);
            found.put(topic, new Depth(accepted, queued, 0));
        }
        lookAtSizes(records);
        found.replaceAll(
                (topic, depth) ->
                        new Depth(
                                depth.accepted,
                                depth.queued,
                                (long) (meanBytes.getOrDefault(topic, 0.0) * depth.queued)));
        depths = Map.copyOf(found);
    }

    /** Now and then, and when a topic got its first records. */
    private void lookAtSizes(Map<RequestsTopic, Long> records)
            throws InterruptedException, ExecutionException, TimeoutException {
        boolean isNew =
                records.entrySet().stream()
                        .anyMatch(e -> e.getValue() > 0 && !meanBytes.containsKey(e.getKey()));
        if (begun.get() % SIZES_EVERY_LOOKS != 1 && !isNew) {
            return;
        }
        Map<String, Long> bytes = sizes();
        var means = new HashMap<RequestsTopic, Double>();
        records.forEach(
                (topic, count) -> {
                    if (count > 0) {
                        double size = bytes.getOrDefault(topic.name(), 0L);
                        means.put(topic, size / count);
                    }
                });
        meanBytes = means;
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
            thread.join(Duration.ofSeconds(5)); // before the admin client under it is closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
