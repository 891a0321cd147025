package dev.sluice.worker.keeper;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gate.GateSettings;
import dev.sluice.worker.gatehouse.Gatehouse;
import dev.sluice.worker.gatehouse.Next;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the gatehouses of all pools for the workers of this process.
 *
 * <p>A pool's gatehouse grants only while one of these workers owns the shard that the pool's name
 * hashes to: so there is one in the fleet. One lock guards all; what is done under it is short, and
 * a thread of its own wakes up for what time alone opens.
 */
public final class LocalKeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LocalKeeper.class);
    private static final long HEALTH_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** One pool's gatehouse and when to ask it again. */
    private static final class House {
        final Gatehouse gatehouse;
        boolean kept;
        boolean asleep = true;
        long wakeNanos;

        House(Gatehouse gatehouse) {
            this.gatehouse = gatehouse;
        }
    }

    /** What a pool's gatehouse shows of itself. */
    public record Figures(boolean kept, Map<String, Integer> waiting, List<Gate.Figures> nodes) {}

    private final GateSettings settings;
    private final NanoClock clock;
    private final int shards;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<PoolName, House> houses = new TreeMap<>();
    private final Map<String, GrantReceiver> receivers = new HashMap<>();
    private final Map<String, Set<Integer>> owned = new HashMap<>();
    private Map<String, NodeHealth> health = Map.of();
    private final Map<String, PoolName> poolOf = new HashMap<>();
    private final Thread thread;
    private final InstantSource wall;
    private final Consumer<PoolName> takenOver;
    private boolean closed;

    /**
     * Starts its thread.
     *
     * @param wall for the age of health checks
     * @param takenOver hears, under the lock, of each pool that this process begins to keep; must
     *     only take a note
     */
    public LocalKeeper(
            GateSettings settings,
            int shards,
            NanoClock clock,
            InstantSource wall,
            Consumer<PoolName> takenOver) {
        this.settings = settings;
        this.shards = shards;
        this.clock = clock;
        this.wall = wall;
        this.takenOver = takenOver;
        this.thread = Fatal.start("gatehouses", this::keep);
    }

    /** Lets a worker of this process in. */
    public GatehouseLink join(String worker, GrantReceiver receiver) {
        lock.lock();
        try {
            receivers.put(worker, receiver);
        } finally {
            lock.unlock();
        }
        return new Link(worker);
    }

    /** A worker of this process owns these shards now. */
    public void owns(String worker, Set<Integer> ownedShards) {
        lock.lock();
        try {
            owned.put(worker, Set.copyOf(ownedShards));
            houses.forEach(
                    (pool, house) -> {
                        boolean kept = kept(pool);
                        if (kept && !house.kept) {
                            house.gatehouse.takenOver(clock.nanoTime());
                            takenOver.accept(pool);
                        }
                        house.kept = kept;
                        serve(pool);
                    });
        } finally {
            lock.unlock();
        }
    }

    /** The pool had no request at all when it was taken over: nothing was sent before. */
    public void newPool(PoolName pool) {
        lock.lock();
        try {
            house(pool).gatehouse.allKnown();
            serve(pool);
        } finally {
            lock.unlock();
        }
    }

    /** The nodes that there are, and what is known of their health. */
    public void nodes(Collection<NodeSpec> specs, Map<String, NodeHealth> newHealth) {
        lock.lock();
        try {
            health = Map.copyOf(newHealth);
            var byPool = new HashMap<PoolName, Set<NodeSpec>>();
            houses.keySet().forEach(pool -> byPool.put(pool, new HashSet<>()));
            specs.forEach(s -> byPool.computeIfAbsent(s.pool(), p -> new HashSet<>()).add(s));
            long now = clock.nanoTime();
            byPool.forEach((pool, ofPool) -> house(pool).gatehouse.nodes(ofPool, now));
            var poolsBefore = Map.copyOf(poolOf);
            poolOf.clear();
            for (NodeSpec spec : specs) {
                poolOf.put(spec.id(), spec.pool());
                if (!poolsBefore.getOrDefault(spec.id(), spec.pool()).equals(spec.pool())) {
                    house(spec.pool()).gatehouse.cameFromElsewhere(spec.id(), now);
                }
            }
            applyHealth(now);
        } finally {
            lock.unlock();
        }
    }

    public Map<PoolName, Figures> figures() {
        lock.lock();
        try {
            long now = clock.nanoTime();
            var figures = new TreeMap<PoolName, Figures>();
            houses.forEach(
                    (pool, house) -> {
                        var waiting = new TreeMap<String, Integer>();
                        for (Lane lane : Lane.values()) {
                            waiting.put(lane.text(), house.gatehouse.waiting(lane));
                        }
                        figures.put(
                                pool,
                                new Figures(house.kept, waiting, house.gatehouse.figures(now)));
                    });
            return figures;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean kept(PoolName pool) {
        int shard = Math.floorMod(pool.value().hashCode(), shards);
        return owned.values().stream().anyMatch(set -> set.contains(shard));
    }

    private House house(PoolName pool) {
        return houses.computeIfAbsent(
                pool,
                p -> {
                    // numbered from the clock: no grant of an earlier process has such a number
                    var house = new House(new Gatehouse(settings, clock.nanoTime()));
                    house.kept = kept(p);
                    if (house.kept) {
                        takenOver.accept(p);
                    }
                    return house;
                });
    }

    private void applyHealth(long now) {
        Instant at = wall.instant();
        houses.forEach(
                (pool, house) -> {
                    health.forEach(
                            (node, entry) -> house.gatehouse.health(node, entry.stateAt(at), now));
                    serve(pool);
                });
    }

    /** Hands out all grants that can be handed out now. */
    private void serve(PoolName pool) {
        House house = house(pool);
        house.asleep = true;
        if (!house.kept) {
            return;
        }
        while (true) {
            switch (house.gatehouse.next(clock.nanoTime())) {
                case Next.Granted(var grant) -> {
                    GrantReceiver receiver = receivers.get(grant.ticket().worker());
                    if (receiver == null) {
                        house.gatehouse.ended(grant.id(), Gate.Ending.UNSENT, clock.nanoTime());
                    } else {
                        receiver.granted(grant);
                    }
                }
                case Next.Refused(var ticket) -> {
                    GrantReceiver receiver = receivers.get(ticket.worker());
                    if (receiver != null) {
                        receiver.refused(ticket);
                    }
                }
                case Next.WaitUntil(long nanos) -> {
                    house.asleep = false;
                    house.wakeNanos = nanos;
                    changed.signalAll();
                    return;
                }
                case Next.WaitForChange() -> {
                    return;
                }
            }
        }
    }

    private void keep() {
        lock.lock();
        try {
            long lookAt = clock.nanoTime() + HEALTH_LOOK_NANOS;
            while (!closed) {
                long now = clock.nanoTime();
                if (lookAt - now <= 0) {
                    applyHealth(now); // entries grow stale with time
                    lookAt = now + HEALTH_LOOK_NANOS;
                }
                long wake = lookAt;
                for (Map.Entry<PoolName, House> entry : houses.entrySet()) {
                    House house = entry.getValue();
                    if (!house.asleep && house.wakeNanos - now <= 0) {
                        serve(entry.getKey());
                    }
                    if (!house.asleep && house.wakeNanos - wake < 0) {
                        wake = house.wakeNanos;
                    }
                }
                long wait = wake - clock.nanoTime();
                if (wait > 0 && changed.awaitNanos(wait) > 0) {
                    log.trace("woken early");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private final class Link implements GatehouseLink {
        private final String worker;

        Link(String worker) {
            this.worker = worker;
        }

        @Override
        public void handIn(PoolName pool, Ticket ticket) {
            lock.lock();
            try {
                house(pool).gatehouse.handIn(ticket);
                serve(pool);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void withdraw(PoolName pool, TicketId ticket) {
            lock.lock();
            try {
                house(pool).gatehouse.withdraw(ticket);
                serve(pool);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void written(PoolName pool, long grant, long atNanos) {
            lock.lock();
            try {
                house(pool).gatehouse.written(grant, atNanos);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void ended(PoolName pool, long grant, Gate.Ending ending) {
            lock.lock();
            try {
                house(pool).gatehouse.ended(grant, ending, clock.nanoTime());
                serve(pool);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void closeFor(PoolName pool, String node, Duration wait) {
            lock.lock();
            try {
                house(pool).gatehouse.closeUntil(node, clock.nanoTime() + wait.toNanos());
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                houses.values().forEach(house -> house.gatehouse.withdrawAll(worker));
                owned.remove(worker);
                houses.keySet().forEach(LocalKeeper.this::serve);
            } finally {
                lock.unlock();
            }
        }
    }
}
