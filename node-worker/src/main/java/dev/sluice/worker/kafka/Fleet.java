package dev.sluice.worker.kafka;

import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.WorkerInfo;
import dev.sluice.worker.fleet.Directory;
import dev.sluice.worker.fleet.Resignation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process among the workers of the fleet: it announces its own, follows the others, and sees
 * to it that one that is cut off resigns.
 */
public final class Fleet implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Fleet.class);
    private static final long ANNOUNCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long LOOK_MS = 500;
    // what a killed worker had announced is wiped away by the others after this
    private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    /** Who is here: where the others reach this process. */
    public record Address(String url, String key) {}

    /** What has been said last of a worker of this process. */
    private static final class Own {
        final Worker worker;
        final Resignation resignation;
        @Nullable WorkerInfo said;
        long saidNanos;

        Own(Worker worker, double random) {
            this.worker = worker;
            this.resignation = new Resignation(worker.id(), random);
        }
    }

    private final Address address;
    private final Directory directory;
    private final DoubleSupplier random;
    private final NanoClock nanos;
    private final InstantSource wall;
    private final Instant startedAt;
    private final Producer<byte[], byte[]> producer;
    private final List<Own> own = new CopyOnWriteArrayList<>();
    private final Semaphore changes = new Semaphore(0);
    private final CompactedTable<WorkerInfo> table;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Follows the others; announces whoever is added.
     *
     * @param directory is kept up to date
     */
    public Fleet(
            KafkaClients clients,
            Address address,
            Directory directory,
            DoubleSupplier random,
            NanoClock nanos,
            InstantSource wall)
            throws StartException {
        this.address = address;
        this.directory = directory;
        this.random = random;
        this.nanos = nanos;
        this.wall = wall;
        this.startedAt = wall.instant();
        this.producer = clients.producer(Map.of("linger.ms", 0, "max.block.ms", 1_000));
        this.table = CompactedTable.open(clients, Topics.WORKERS, WorkerInfo.class, this::followed);
        followed();
        this.thread = Fatal.start("fleet", this::run);
    }

    /** A worker of this process. */
    public void add(Worker worker) {
        own.add(new Own(worker, random.getAsDouble()));
        changed();
    }

    /** Something is to be announced. */
    public void changed() {
        changes.release();
    }

    private void followed() {
        var known = table;
        if (known != null) { // not yet, while it is opened
            directory.update(known.values().values(), nanos.nanoTime());
            own.forEach(one -> one.worker.routesChanged());
        }
    }

    private void run() {
        try {
            while (!closed) {
                long now = nanos.nanoTime();
                own.forEach(one -> announce(one, now));
                directory.silentFor(FORGET_NANOS, now).forEach(this::wipe);
                resign(now);
                if (changes.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS)) {
                    changes.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void announce(Own one, long now) {
        var info =
                new WorkerInfo(
                        one.worker.id(),
                        address.url(),
                        address.key(),
                        one.worker.owned(),
                        one.worker.links().reaches(),
                        one.worker.links().cannotReach(),
                        startedAt,
                        startedAt);
        if (info.equals(one.said) && now - one.saidNanos < ANNOUNCE_NANOS) {
            return;
        }
        one.said = info;
        one.saidNanos = now;
        var announced =
                new WorkerInfo(
                        info.id(),
                        info.url(),
                        info.key(),
                        info.shards(),
                        info.reaches(),
                        info.cannotReach(),
                        startedAt,
                        wall.instant());
        send(info.id(), ProtocolJson.encode(announced).bytes());
    }

    private void resign(long now) {
        for (Own one : own) {
            var others = directory.liveOthers(one.worker.id(), now);
            one.worker.cutOff(one.resignation.due(others, one.worker.links().cannotReach(), now));
        }
    }

    private void wipe(String worker) {
        if (own.stream().noneMatch(one -> one.worker.id().equals(worker))) {
            send(worker, null);
        }
    }

    private void send(String id, byte @Nullable [] value) {
        byte[] key = id.getBytes(StandardCharsets.UTF_8);
        var _ =
                producer.send(
                        new ProducerRecord<>(Topics.WORKERS, key, value),
                        (metadata, failure) -> {
                            if (failure != null) {
                                // said again in two seconds
                                log.debug("{} was not announced: {}", id, failure.toString());
                            }
                        });
    }

    @Override
    public void close() {
        closed = true;
        changed();
        try {
            thread.join(CLOSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        own.forEach(one -> send(one.worker.id(), null));
        producer.close(CLOSE);
        table.close();
    }
}
