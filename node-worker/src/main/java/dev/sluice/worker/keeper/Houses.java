package dev.sluice.worker.keeper;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.WorkerInfo.OwnedShard;
import dev.sluice.worker.gate.GateSettings;
import java.time.Instant;
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
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The gatehouses that a process keeps: of each pool whose name hashes to a shard that one of its
 * workers owns.
 *
 * <p>It has no thread and no lock: the {@link Keeper} gives it both, the simulation neither. Who
 * holds it calls {@link #work} when it says so.
 */
public final class Houses implements KeeperDesk.Floor {

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    // what a keeper that dies had granted since it last told must be reckoned with
    private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final GateSettings settings;
    private final int shards;
    private final Keeper.Parts parts;
    private final Runnable sooner;
    private final NanoClock clock;
    private final Map<PoolName, House> houses = new TreeMap<>();
    private final Map<PoolName, House.Told> keptBefore = new HashMap<>();
    private final Claims claims = new Claims();
    private final Set<PoolName> pools = new TreeSet<>(); // that have nodes, or had
    private final Map<String, PoolName> poolOf = new HashMap<>(); // of each node that there was
    private Collection<NodeSpec> specs = List.of();
    private Map<String, NodeHealth> health = Map.of();
    private long lookNanos;
    private long tellNanos;
    private long wakesNanos; // when it wants to work again

    /**
     * None.
     *
     * @param sooner hears that {@link #work} is to be called sooner than it said
     */
    public Houses(GateSettings settings, int shards, Keeper.Parts parts, Runnable sooner) {
        this.settings = settings;
        this.shards = shards;
        this.parts = parts;
        this.sooner = sooner;
        this.clock = parts.clock();
        long now = clock.nanoTime();
        this.lookNanos = now + LOOK_NANOS;
        this.tellNanos = now + TELL_NANOS;
        this.wakesNanos = now;
    }

    /** Lets a worker in, of this process or another. */
    public Desk open(String worker, DeskClient client) {
        return new KeeperDesk(this, worker, client);
    }

    // --- shards ------------------------------------------------------------------------------

    /** A worker of this process owns these shards from now on. */
    public void gained(String worker, Collection<OwnedShard> gained, Lease lease) {
        claims.gained(worker, gained, lease, clock.nanoTime());
        dropOthers();
        List.copyOf(pools).forEach(this::house);
    }

    /** A worker of this process owns these shards no more; it grants nothing for their pools. */
    public void gone(String worker, Collection<Integer> gone) {
        claims.gone(worker, gone, clock.nanoTime());
        dropOthers();
        List.copyOf(pools).forEach(this::house); // another worker of this process may own them
    }

    /** Ends what is kept in an epoch that is over. */
    private void dropOthers() {
        for (House house : List.copyOf(houses.values())) {
            Optional<Claims.Claim> of = claimOn(house.pool);
            if (of.isPresent() && of.get().epoch() == house.epoch) {
                house.standsOn(of.get().lease());
            } else {
                houses.remove(house.pool);
                keptBefore.put(house.pool, house.tellAll(clock.nanoTime()));
            }
        }
    }

    private Optional<Claims.Claim> claimOn(PoolName pool) {
        return claims.of(Keeper.shardOf(pool, shards));
    }

    /** The epoch in which this process owns the pool's shard, if it does. */
    public OptionalLong epochOf(PoolName pool) {
        return claimOn(pool).map(of -> OptionalLong.of(of.epoch())).orElse(OptionalLong.empty());
    }

    /** The pool had no request at all when it was taken over: nothing was sent before. */
    public void newPool(PoolName pool) {
        withHouse(pool, House::isNew);
    }

    // --- nodes -------------------------------------------------------------------------------

    /** The nodes that there are, and what is known of their health. */
    public void nodes(Collection<NodeSpec> newSpecs, Map<String, NodeHealth> newHealth) {
        specs = List.copyOf(newSpecs);
        health = Map.copyOf(newHealth);
        newSpecs.forEach(spec -> pools.add(spec.pool()));
        List.copyOf(pools).forEach(this::house);
        houses.values().forEach(this::applyNodes);
        newSpecs.forEach(this::distrustIfMoved);
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

    /** The nodes that there are. */
    public Set<String> nodeIds() {
        return specs.stream().map(NodeSpec::id).collect(Collectors.toUnmodifiableSet());
    }

    /** What each pool's gatehouse shows of itself. */
    public Map<PoolName, Keeper.Figures> figures() {
        long now = clock.nanoTime();
        var figures = new TreeMap<PoolName, Keeper.Figures>();
        var none = new Keeper.Figures(false, Map.of(), Map.of(), List.of());
        pools.forEach(pool -> figures.put(pool, none));
        for (House house : houses.values()) {
            var waiting = new TreeMap<String, Integer>();
            var oldest = new TreeMap<String, Long>();
            for (Lane lane : Lane.values()) {
                waiting.put(lane.text(), house.gatehouse.waiting(lane));
                house.gatehouse.oldestAtMs(lane).ifPresent(at -> oldest.put(lane.text(), at));
            }
            var gates = house.gatehouse.figures(now);
            figures.put(house.pool, new Keeper.Figures(true, waiting, oldest, gates));
        }
        return figures;
    }

    // --- for desks ---------------------------------------------------------------------------

    @Override
    public boolean withHouse(PoolName pool, Consumer<House> what) {
        House house = house(pool);
        if (house != null) {
            what.accept(house);
            serve(house);
        }
        return house != null;
    }

    @Override
    public void inHouse(PoolName pool, Consumer<House> what) {
        House house = house(pool);
        if (house != null) {
            what.accept(house);
        }
    }

    @Override
    public void inAllHouses(Consumer<House> what) {
        houses.values().forEach(what);
        houses.values().forEach(this::serve);
    }

    @Override
    public NanoClock clock() {
        return clock;
    }

    // --- time --------------------------------------------------------------------------------

    /**
     * Does what time alone makes due.
     *
     * @return after how many nanoseconds it wants to do so again; 0 or less for at once
     */
    public long work() {
        long now = clock.nanoTime();
        if (lookNanos - now <= 0) {
            for (House house : houses.values()) {
                house.gatehouse.advance(now);
                applyHealth(house, now); // entries grow stale with time
            }
            lookNanos = now + LOOK_NANOS;
        }
        if (tellNanos - now <= 0) {
            houses.values().forEach(house -> house.tellNews(now));
            tellNanos = now + TELL_NANOS;
        }
        long wake = Math.min(lookNanos - now, tellNanos - now);
        for (House house : new ArrayList<>(houses.values())) {
            wake = Math.min(wake, serveDue(house, now));
        }
        wakesNanos = now + wake;
        return wake;
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

    // --- inside ------------------------------------------------------------------------------

    /** The pool's house, if the pool is to be kept here. */
    private @Nullable House house(PoolName pool) {
        House house = houses.get(pool);
        return house == null ? newHouse(pool) : house;
    }

    private @Nullable House newHouse(PoolName pool) {
        Claims.Claim of = claimOn(pool).orElse(null);
        if (of == null) {
            return null;
        }
        pools.add(pool);
        long grants = parts.grants().getAsLong();
        var house = new House(pool, of.epoch(), of.lease(), settings, grants, of.sinceNanos());
        houses.put(pool, house);
        House.Told before = keptBefore.remove(pool);
        if (before != null) {
            house.goesOnAfter(before);
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
            sooner.run();
        }
    }
}
