package dev.sluice.monitor.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.protocol.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This monitor's place among the monitors: the shards of nodes that are its to check.
 *
 * <p>The topic it subscribes to holds no records; only the assignment matters.
 */
public final class Membership implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Membership.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LEAVE = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final int shards;
    private final Set<Integer> owned = new ConcurrentSkipListSet<>();
    private final Thread thread;

    public Membership(KafkaClients clients) {
        this.shards = clients.settings().shards();
        // nothing is ever read, and no position is ever committed
        this.consumer = clients.member(Topics.MONITOR_GROUP, Map.of("auto.offset.reset", "latest"));
        this.thread = Fatal.start("monitors", this::follow);
    }

    /** Whether a node is ours to check at the moment. */
    public boolean owns(String node) {
        return owned.contains(Math.floorMod(node.hashCode(), shards));
    }

    public SortedSet<Integer> shards() {
        return new TreeSet<>(owned);
    }

    private void follow() {
        try {
            consumer.subscribe(List.of(Topics.SHARDS), new Changes());
            while (true) {
                consumer.poll(POLL);
            }
        } catch (WakeupException e) {
            owned.clear();
            log.debug("closed");
        } finally {
            consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(LEAVE));
        }
    }

    /** Leaves the group, so that the others take over at once. */
    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Changes implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> owned.add(partition.partition()));
            log.info("checks the nodes of shards {}", owned);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> owned.remove(partition.partition()));
            log.info("checks the nodes of shards {}", owned);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            onPartitionsRevoked(partitions);
        }
    }
}
