package dev.sluice.worker.keeper;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.WorkerInfo.OwnedShard;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gate.GateSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the gatehouses of this process: of each pool whose name hashes to a shard that one of its
 * workers owns.
 *
 * <p>So there is one in the fleet. One lock guards all; what is done under it is short, and a
 * thread of its own wakes up for what time alone opens.
 */
public final class Keeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Keeper.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    // what a keeper that dies had granted since it last told must be reckoned with
    private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** A shard that a worker of this process owns. */
    private record Owned(String worker, long epoch, Lease lease, long sinceNanos) {}

    /** What a pool's gatehouse shows of itself. */
    public record Figures(boolean kept, Map<String, Integer> waiting, List<Gate.Figures> nodes) {}

    /**
     * What a keeper stands on.
     *
     * @param wall for the age of health checks
     * @param grants draws the number that the grants of a gatehouse begin with
     * @param keeps hears, under the lock, of each pool that this process begins to keep; must only
     *     take a note
     */
    public record Parts(
            NanoClock clock, InstantSource wall, LongSupplier grants, Consumer<PoolName> keeps) {}

    private final GateSettings settings;
    private final int shards;
    private final Parts parts;
    private final NanoClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<PoolName, House> houses = new TreeMap<>();
    private final Map<PoolName, House.Told> keptBefore = new HashMap<>();
    private final Map<Integer, Owned> owned = new HashMap<>();
    private final Set<PoolName> pools = new TreeSet<>(); // that have nodes, or had
    private final Map<String, PoolName> poolOf = new HashMap<>(); // of each node that there was
    private Collection<NodeSpec> specs = List.of();
    private Map<String, NodeHealth> health = Map.of();
    private final Thread thread;
    private long wakesNanos; // when the thread looks again by itself
    private boolean closed;

    /** Starts its thread. */
    public Keeper(GateSettings settings, int shards, Parts parts) {
        this.settings = settings;
        this.shards = shards;
        this.parts = parts;
        this.clock = parts.clock();
        this.thread = Fatal.start("gatehouses", this::keep);
    }

    /** Lets a worker in, of this process or another. */
    public Desk open(String worker, DeskClient client) {
        return new KeeperDesk(this, worker, client);
    }

    /** The shard that a pool's keeper owns. */
    public static int shardOf(PoolName pool, int shards) {
        return Math.floorMod(pool.value().hashCode(), shards);
    }

    // --- shards ------------------------------------------------------------------------------

    /** A worker of this process owns these shards from now on. */
    public void gained(String worker, Collection<OwnedShard> gained, Lease lease) {
        locked(
                () -> {
                    long now = clock.nanoTime();
                    for (OwnedShard shard : gained) {
                        owned.put(shard.shard(), new Owned(worker, shard.epoch(), lease, now));
                    }
                    dropOthers();
                    List.copyOf(pools).forEach(this::house);
                });
    }

    /** A worker of this process owns these shards no more; nothing is granted for their pools. */
    public void gone(String worker, Collection<Integer> gone) {
        locked(
                () -> {
                    for (int shard : gone) {
                        Owned of = owned.get(shard);
                        if (of != null && of.worker.equals(worker)) {
                            owned.remove(shard);
                        }
                    }
                    dropOthers();
                });
    }

    /** Ends what is kept in an epoch that is over. */
    private void dropOthers() {
        for (House house : List.copyOf(houses.values())) {
            Owned of = owned.get(shardOf(house.pool, shards));
            if (of == null || of.epoch != house.epoch) {
                houses.remove(house.pool);
                keptBefore.put(house.pool, house.tellAll(clock.nanoTime()));
            }
        }
    }

    /** The epoch in which this process owns the pool's shard, if it does. */
    public OptionalLong epochOf(PoolName pool) {
        lock.lock();
        try {
            Owned of = owned.get(shardOf(pool, shards));
            return of == null ? OptionalLong.empty() : OptionalLong.of(of.epoch);
        } finally {
            lock.unlock();
        }
    }

    /** The pool had no request at all when it was taken over: nothing was sent before. */
    public void newPool(PoolName pool) {
        withHouse(pool, House::isNew);
    }

    // --- nodes -------------------------------------------------------------------------------

    /** The nodes that there are, and what is known of their health. */
    public void nodes(Collection<NodeSpec> newSpecs, Map<String, NodeHealth> newHealth) {
        locked(
                () -> {
                    specs = List.copyOf(newSpecs);
                    health = Map.copyOf(newHealth);
                    newSpecs.forEach(spec -> pools.add(spec.pool()));
                    List.copyOf(pools).forEach(this::house);
                    houses.values().forEach(this::applyNodes);
                    newSpecs.forEach(this::distrustIfMoved);
                });
    }

    /** A node that was another pool's may have been sent there what its gate here does not know. */
    private void distrustIfMoved(NodeSpec spec) {
        PoolName before = poolOf.put(spec.id(), spec.pool());
        House house = houses.get(spec.pool());
        if (house != null && before != null && !before.equals(spec.pool())) {
            house.gatehouse.cameFromElsewhere(spec.id(), clock.nanoTime());
        }
    }

    private void applyNodes(House house) {
        long now = clock.nanoTime();
        house.gatehouse.nodes(
                specs.stream().filter(spec -> spec.pool().equals(house.pool)).toList(), now);
        applyHealth(house, now);
    }

    private void applyHealth(House house, long now) {
        Instant at = parts.wall().instant();
        health.forEach((node, entry) -> house.gatehouse.health(node, entry.stateAt(at), now));
        serve(house);
    }

    public Map<PoolName, Figures> figures() {
        lock.lock();
        try {
            long now = clock.nanoTime();
            var figures = new TreeMap<PoolName, Figures>();
            pools.forEach(pool -> figures.put(pool, new Figures(false, Map.of(), List.of())));
            for (House house : houses.values()) {
                var waiting = new TreeMap<String, Integer>();
                for (Lane lane : Lane.values()) {
                    waiting.put(lane.text(), house.gatehouse.waiting(lane));
                }
                figures.put(house.pool, new Figures(true, waiting, house.gatehouse.figures(now)));
            }
            return figures;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        locked(
                () -> {
                    closed = true;
                    changed.signalAll();
                });
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // --- for desks ---------------------------------------------------------------------------

    /** Does something with the pool's house and then serves it; whether there is one. */
    boolean withHouse(PoolName pool, Consumer<House> what) {
        lock.lock();
        try {
            Optional<House> house = house(pool);
            if (house.isPresent()) {
                what.accept(house.get());
                serve(house.get());
            }
            return house.isPresent();
        } finally {
            lock.unlock();
        }
    }

    /** The same, where nothing can become possible by it. */
    void inHouse(PoolName pool, Consumer<House> what) {
        locked(() -> house(pool).ifPresent(what));
    }

    void inAllHouses(Consumer<House> what) {
        locked(
                () -> {
                    houses.values().forEach(what);
                    houses.values().forEach(this::serve);
                });
    }

    NanoClock clock() {
        return clock;
    }

    // --- inside ------------------------------------------------------------------------------

    /** The pool's house, if the pool is to be kept here. */
    private Optional<House> house(PoolName pool) {
        House house = houses.get(pool);
        if (house == null) {
            house = newHouse(pool);
        }
        return Optional.ofNullable(house);
    }

    private @Nullable House newHouse(PoolName pool) {
        Owned of = owned.get(shardOf(pool, shards));
        if (of == null) {
            return null;
        }
        pools.add(pool);
        var house =
                new House(
                        pool,
                        of.epoch,
                        of.lease,
                        settings,
                        parts.grants().getAsLong(),
                        of.sinceNanos);
        houses.put(pool, house);
        House.Told before = keptBefore.remove(pool);
        if (before != null) {
            house.heard(before, clock.nanoTime());
        }
        parts.keeps().accept(pool);
        applyNodes(house);
        return house;
    }

    private void serve(House house) {
        house.serve(clock);
        OptionalLong wake = house.wakeNanos();
        if (wake.isPresent() && wake.getAsLong() - wakesNanos < 0) {
            wakesNanos = wake.getAsLong();
            changed.signalAll();
        }
    }

    private void keep() {
        lock.lock();
        try {
            long lookAt = clock.nanoTime() + LOOK_NANOS;
            long tellAt = clock.nanoTime() + TELL_NANOS;
            while (!closed) {
                long now = clock.nanoTime();
                if (lookAt - now <= 0) {
                    for (House house : houses.values()) {
                        house.gatehouse.advance(now);
                        applyHealth(house, now); // entries grow stale with time
                    }
                    lookAt = now + LOOK_NANOS;
                }
                if (tellAt - now <= 0) {
                    houses.values().forEach(house -> house.tellNews(now));
                    tellAt = now + TELL_NANOS;
                }
                long wake = Math.min(lookAt - now, tellAt - now);
                for (House house : new ArrayList<>(houses.values())) {
                    wake = Math.min(wake, serveDue(house, now));
                }
                wakesNanos = now + wake;
                if (wake > 0 && changed.awaitNanos(wake) > 0) {
                    log.trace("woken early");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** How long this house can wait. */
    private long serveDue(House house, long now) {
        OptionalLong wake = house.wakeNanos();
        if (wake.isPresent() && wake.getAsLong() - now <= 0) {
            house.serve(clock);
            wake = house.wakeNanos();
        }
        return wake.isPresent() ? wake.getAsLong() - now : Long.MAX_VALUE;
    }

    private void locked(Runnable what) {
        lock.lock();
        try {
            what.run();
        } finally {
            lock.unlock();
        }
    }
}
