package dev.sluice.worker.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.chassis.trace.Tracing;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.WorkerInfo.OwnedShard;
import dev.sluice.worker.http.Links;
import dev.sluice.worker.http.NodeSender;
import dev.sluice.worker.keeper.Lease;
import dev.sluice.worker.metrics.LoopMetrics;
import dev.sluice.worker.trace.RequestSpans;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One worker: its loop, its membership, and the clients they stand on. */
public final class Worker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    private static final int FETCH_MAX_BYTES = 16 * 1024 * 1024;
    private static final int PARTITION_FETCH_MAX_BYTES = 4 * 1024 * 1024;
    // a resumed or new partition waits for the fetch that is under way
    private static final int FETCH_WAIT_MS = 100;
    private static final long CLOSE_SECONDS = 5;
    private static final int LEARN_TRIES = 100; // of 100 ms

    private final String id;
    private final Duration drain;
    private final Lease lease;
    private final NanoClock nanos;
    private final WorkerLoop loop;
    private final Standing standing;
    private final Membership membership;
    private final Thread thread;
    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;

    /**
     * Starts it; it takes part in the group at once.
     *
     * @param id unique among all workers
     * @param announce to be run when what it owns has changed
     * @param tracing where the spans of its requests go, if anywhere
     */
    public Worker(
            String id,
            WorkerLimits limits,
            KafkaClients clients,
            Admin admin,
            NodeSender sender,
            Links.Here here,
            LoopMetrics metrics,
            Runnable announce,
            Optional<Tracing> tracing,
            NanoClock nanos,
            InstantSource wall) {
        this.id = id;
        this.drain = limits.drain();
        this.consumer =
                clients.assigned(
                        Map.of(
                                "group.id", Topics.CHECKPOINT_GROUP,
                                "fetch.max.bytes", FETCH_MAX_BYTES,
                                "max.partition.fetch.bytes", PARTITION_FETCH_MAX_BYTES,
                                "fetch.max.wait.ms", FETCH_WAIT_MS));
        // The loop's thread sends: while the broker is away each record that is tried again holds
        // it up for so long, and there may be as many as are in flight.
        var appends = new HashMap<>(KafkaClients.NEXT_BATCH_WAITS);
        appends.put("max.block.ms", 100);
        this.producer = clients.producer(appends);
        this.lease = new Lease(limits.lease().toNanos());
        this.nanos = nanos;
        var topics = new TopicAdmin(admin, clients.settings());
        this.loop =
                new WorkerLoop(
                        id,
                        limits,
                        new LoopParts(
                                consumer,
                                producer,
                                new Takeover.Source(
                                        admin,
                                        topics,
                                        clients.settings().shards(),
                                        limits.memory().keys().max()),
                                new Trimmer(admin, clients.settings().replayWindow()),
                                sender,
                                here,
                                lease,
                                tracing.map(to -> new RequestSpans(to, id, wall)),
                                metrics,
                                () -> ThreadLocalRandom.current().nextDouble(),
                                nanos,
                                wall));
        // known before the first result, or that one would wait for it
        Thread.startVirtualThread(this::learnPartitions);
        this.thread = Fatal.start("loop-" + id, loop);
        this.standing = new Standing(id, here.keeper(), lease, loop, metrics, announce);
        this.membership =
                new Membership(
                        id,
                        clients.member(Topics.WORKER_GROUP, Map.of("auto.offset.reset", "latest")),
                        standing,
                        lease,
                        nanos);
    }

    private void learnPartitions() {
        for (int tries = 0; tries < LEARN_TRIES; tries++) {
            try {
                producer.partitionsFor(Topics.RESULTS);
                return;
            } catch (KafkaException e) {
                log.debug("the partitions of the results are not known yet: {}", e.toString());
            }
        }
    }

    public String id() {
        return id;
    }

    /** Its ways to the keepers. */
    Links links() {
        return loop.links();
    }

    /** What it owns, to be announced. */
    List<OwnedShard> owned() {
        return standing.owned();
    }

    /** Other workers have announced something. */
    void routesChanged() {
        loop.routesChanged();
    }

    /** Whether it is to be without shards, for it and a keeper cannot talk to each other. */
    void cutOff(boolean is) {
        membership.cutOff(is);
    }

    /** Whether it may act for its shards now. */
    public boolean holdsLease() {
        return lease.isHeld(nanos.nanoTime());
    }

    /** Its links to the keepers of other processes. */
    public Links.Counts linkCounts() {
        return loop.links().counts();
    }

    public LoopFigures figures() {
        return loop.figures();
    }

    /** Lets its shards go, waits for what is in flight, and ends. */
    @Override
    public void close() {
        membership.close();
        if (!await(loop.drained(), drain)) {
            log.warn("{} gives up what is in flight after {}: it will be sent again", id, drain);
            if (!await(loop.giveUp(), Duration.ofSeconds(CLOSE_SECONDS))) {
                log.warn("{} could not say so: the log is away", id);
            }
        }
        loop.stop();
        try {
            thread.join(Duration.ofSeconds(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(CLOSE_SECONDS));
        consumer.close(KafkaClients.AT_ONCE);
    }

    private static boolean await(CompletableFuture<Void> future, Duration limit) {
        try {
            future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a bug in the loop", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
