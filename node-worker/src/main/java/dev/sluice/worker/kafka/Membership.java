package dev.sluice.worker.kafka;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Topics;
import dev.sluice.worker.keeper.Heartbeats;
import dev.sluice.worker.keeper.Lease;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
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
    private static final Duration POLL = Duration.ofMillis(100);
    // a shard whose last checkpoint cannot be written is let go all the same: that costs time only
    private static final long RELEASE_SECONDS = 8;

    /** Hears what the worker owns. */
    interface Listener {

        /** These are ours from now on, under this epoch. */
        void assigned(Collection<Integer> shards, long epoch);

        /** These are to be let go; completes when the next owner may have them. */
        CompletableFuture<Void> released(Collection<Integer> shards);

        /** These are another's already. */
        void lost(Collection<Integer> shards);
    }

    private static final String HEARTBEATS = "heartbeat-total";
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    // long enough for somebody else to take over what was given up, and for the trouble to pass
    private static final long RESIGN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String worker;
    private final Consumer<byte[], byte[]> consumer;
    private final Listener listener;
    private final Lease lease;
    private final NanoClock nanos;
    private final Thread thread;
    private final Thread leaseThread;
    private volatile boolean closing;
    private volatile boolean cutOff;

    Membership(
            String worker,
            Consumer<byte[], byte[]> consumer,
            Listener listener,
            Lease lease,
            NanoClock nanos) {
        this.worker = worker;
        this.consumer = consumer;
        this.listener = listener;
        this.lease = lease;
        this.nanos = nanos;
        this.thread = Fatal.start("member-" + worker, this::follow);
        this.leaseThread = Fatal.start("lease-" + worker, this::renew);
    }

    private void follow() {
        try {
            consumer.subscribe(List.of(Topics.SHARDS), this);
            while (true) {
                consumer.poll(POLL);
                if (cutOff) {
                    stayAway();
                }
            }
        } catch (WakeupException e) {
            log.debug("{} leaves", worker);
        } finally {
            consumer.close(); // lets the shards go, then leaves the group
        }
    }

    private void stayAway() {
        log.warn("{} gives its shards up: it and others cannot talk to each other", worker);
        consumer.unsubscribe();
        long until = nanos.nanoTime() + RESIGN_NANOS;
        while (!closing && (cutOff || until - nanos.nanoTime() > 0)) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        if (!closing) {
            log.info("{} asks for shards again", worker);
        }
        consumer.subscribe(List.of(Topics.SHARDS), this);
    }

    /** Renews the lease as the group answers. */
    private void renew() {
        var heartbeats = new Heartbeats(lease.lengthNanos(), nanos.nanoTime());
        Optional<Metric> answered = Optional.empty();
        while (thread.isAlive()) {
            if (answered.isEmpty()) {
                answered = answeredHeartbeats();
            }
            if (answered.isPresent()
                    && answered.get().metricValue() instanceof Double total
                    && !total.isNaN()) {
                heartbeats.answered(total, nanos.nanoTime()).ifPresent(lease::renew);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private Optional<Metric> answeredHeartbeats() {
        for (Map.Entry<MetricName, ? extends Metric> entry : consumer.metrics().entrySet()) {
            if (entry.getKey().name().equals(HEARTBEATS)) {
                return Optional.of(entry.getValue());
            }
        }
        return Optional.empty();
    }

    /** Says anew, now and then, whether it is to be without shards; those it has, it gives up. */
    void cutOff(boolean is) {
        cutOff = is;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            int epoch = consumer.groupMetadata().generationId();
            log.info("{} takes shards {} in epoch {}", worker, shards(partitions), epoch);
            listener.assigned(shards(partitions), epoch);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        log.info("{} lets shards {} go", worker, shards(partitions));
        try {
            listener.released(shards(partitions)).get(RELEASE_SECONDS, TimeUnit.SECONDS);
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
        listener.lost(shards(partitions)); // before anything else
        log.warn("{} has lost shards {}", worker, shards(partitions));
    }

    private static List<Integer> shards(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).sorted().toList();
    }

    /** Lets all shards go and leaves the group. */
    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(RELEASE_SECONDS + 5));
            leaseThread.join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
