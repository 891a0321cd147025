package dev.sluice.worker.kafka;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.protocol.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's membership in the group of workers: it only says which shards are ours.
 *
 * <p>The group's topic has no records; partition i of it stands for shard i.
 */
final class Membership implements AutoCloseable, ConsumerRebalanceListener {

    private static final Logger log = LoggerFactory.getLogger(Membership.class);
    private static final Duration POLL = Duration.ofMillis(200);
    // a shard whose last checkpoint cannot be written is let go all the same: that costs time only
    private static final long RELEASE_SECONDS = 8;

    private final String worker;
    private final Consumer<byte[], byte[]> consumer;
    private final WorkerLoop loop;
    private final Thread thread;

    Membership(String worker, Consumer<byte[], byte[]> consumer, WorkerLoop loop) {
        this.worker = worker;
        this.consumer = consumer;
        this.loop = loop;
        this.thread = Fatal.start("member-" + worker, this::follow);
    }

    private void follow() {
        try {
            consumer.subscribe(List.of(Topics.SHARDS), this);
            while (true) {
                consumer.poll(POLL);
            }
        } catch (WakeupException e) {
            log.debug("{} leaves", worker);
        } finally {
            consumer.close(); // lets the shards go, then leaves the group
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            log.info("{} takes shards {}", worker, shards(partitions));
            loop.assigned(shards(partitions));
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        log.info("{} lets shards {} go", worker, shards(partitions));
        try {
            loop.release(shards(partitions)).get(RELEASE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            log.warn("{} lets shards go without a last checkpoint: the log is away", worker);
        } catch (ExecutionException e) {
            throw new IllegalStateException("releasing failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        log.warn("{} has lost shards {}", worker, shards(partitions));
        loop.lost(shards(partitions));
    }

    private static List<Integer> shards(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).sorted().toList();
    }

    /** Lets all shards go and leaves the group. */
    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(RELEASE_SECONDS + 5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
