package dev.sluice.worker.keeper;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.WorkerInfo.OwnedShard;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gate.GateSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the gatehouses of this process, one lock around them all: what is done under it is short,
 * and a thread of its own wakes up for what time alone opens.
 */
public final class Keeper implements AutoCloseable, KeeperDesk.Floor {

    private static final Logger log = LoggerFactory.getLogger(Keeper.class);

    /**
     * What a pool's gatehouse shows of itself.
     *
     * @param kept whether this process keeps it
     * @param waiting tickets, by lane
     * @param oldestAtMs when the log got the oldest request that waits, of each lane that has one
     */
    public record Figures(
            boolean kept,
            Map<String, Integer> waiting,
            Map<String, Long> oldestAtMs,
            List<Gate.Figures> nodes) {}

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

    private final NanoClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Houses houses;
    private final Thread thread;
    private boolean closed;

    /** Starts its thread. */
    public Keeper(GateSettings settings, int shards, Parts parts) {
        this.clock = parts.clock();
        this.houses = new Houses(settings, shards, parts, changed::signalAll);
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

    /** A worker of this process owns these shards from now on. */
    public void gained(String worker, Collection<OwnedShard> gained, Lease lease) {
        locked(() -> houses.gained(worker, gained, lease));
    }

    /** A worker of this process owns these shards no more; nothing is granted for their pools. */
    public void gone(String worker, Collection<Integer> gone) {
        locked(() -> houses.gone(worker, gone));
    }

    /** The epoch in which this process owns the pool's shard, if it does. */
    public OptionalLong epochOf(PoolName pool) {
        return found(() -> houses.epochOf(pool));
    }

    /** The pool had no request at all when it was taken over: nothing was sent before. */
    public void newPool(PoolName pool) {
        locked(() -> houses.newPool(pool));
    }

    /** The nodes that there are, and what is known of their health. */
    public void nodes(Collection<NodeSpec> specs, Map<String, NodeHealth> health) {
        locked(() -> houses.nodes(specs, health));
    }

    /** The nodes that there are, those of pools that others keep included. */
    public Set<String> nodeIds() {
        return found(houses::nodeIds);
    }

    public Map<PoolName, Figures> figures() {
        return found(houses::figures);
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

    @Override
    public boolean withHouse(PoolName pool, Consumer<House> what) {
        return found(() -> houses.withHouse(pool, what));
    }

    @Override
    public void inHouse(PoolName pool, Consumer<House> what) {
        locked(() -> houses.inHouse(pool, what));
    }

    @Override
    public void inAllHouses(Consumer<House> what) {
        locked(() -> houses.inAllHouses(what));
    }

    @Override
    public NanoClock clock() {
        return clock;
    }

    // --- inside ------------------------------------------------------------------------------

    private void keep() {
        lock.lock();
        try {
            while (!closed) {
                long wait = houses.work();
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

    private void locked(Runnable what) {
        lock.lock();
        try {
            what.run();
        } finally {
            lock.unlock();
        }
    }

    private <T> T found(Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }
}
