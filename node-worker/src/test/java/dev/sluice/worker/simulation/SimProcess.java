package dev.sluice.worker.simulation;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.WorkerInfo;
import dev.sluice.worker.fleet.Directory;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.keeper.Desk;
import dev.sluice.worker.keeper.DeskClient;
import dev.sluice.worker.keeper.Houses;
import dev.sluice.worker.keeper.Keeper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A worker process: a clock of its own, a keeper, its workers; it may be stopped for a while, or
 * killed.
 */
final class SimProcess {

    private static final long DRAIN = 3 * Agenda.SECOND;
    private static final long FOLLOW = 500 * Agenda.MS;

    final String name;
    final FleetRun run;
    final Agenda agenda;
    final NanoClock clock;
    final Houses houses;
    final Directory directory;
    final List<SimWorker> workers = new ArrayList<>();
    final Set<LinkEnd> ends = new LinkedHashSet<>();
    private final Announcer announcer;
    private final List<Runnable> backlog = new ArrayList<>();
    private final Map<String, WorkerInfo> table = new TreeMap<>();
    private int followed;
    private boolean dead;
    private boolean paused;
    private long pausedUntil;
    private long pausedAt;
    private long wentOn;
    private final long offsetNanos;
    private final long ppm;
    private long worksAt = Long.MAX_VALUE;
    boolean cutFromBroker;

    /** The next write to a node is held up, after the last look at the clock, for so long. */
    long stopBeforeWrite;

    SimProcess(FleetRun run, String name, int count) {
        this.run = run;
        this.name = name;
        this.agenda = run.agenda;
        long offset =
                agenda.oneIn(4) ? Long.MAX_VALUE - 40 * Agenda.SECOND : agenda.random.nextLong();
        this.offsetNanos = offset;
        this.ppm = agenda.between(-100, 100);
        this.clock = () -> clockAt(agenda.now());
        this.houses =
                new Houses(
                        FleetRun.GATES,
                        FleetRun.SHARDS,
                        new Keeper.Parts(
                                clock,
                                this::wall,
                                agenda.random::nextLong,
                                pool -> run.beginsToKeep(this, pool)),
                        () -> workAfter(0));
        var ids = new ArrayList<String>();
        for (int i = 1; i <= count; i++) {
            ids.add(name + "-" + i);
        }
        this.directory = new Directory(Set.copyOf(ids));
        this.announcer = new Announcer(this);
        follow();
        nodes(run.nodes.specs());
        ids.forEach(id -> workers.add(new SimWorker(this, id)));
        announcer.begin();
        workAfter(0);
        run(FOLLOW, this::keepFollowing);
    }

    /** What its clock shows at that moment of true time. */
    long clockAt(long trueNanos) {
        return offsetNanos + trueNanos + trueNanos / 1_000_000 * ppm;
    }

    /** When a thread that runs so often last ran. */
    long ranBefore(long every) {
        long last = agenda.now() - agenda.now() % every;
        boolean stoodStill = last < wentOn;
        return Math.max(0, stoodStill ? pausedAt - pausedAt % every : last);
    }

    Instant wall() {
        return run.wall();
    }

    long nowNanos() {
        return clock.nanoTime();
    }

    boolean reachesBroker() {
        return !dead && !cutFromBroker && !run.broker.isAway();
    }

    // --- its threads -----------------------------------------------------------------------------

    /** Does something after that time, if it still runs then; when it stands still, later. */
    void run(long afterNanos, Runnable what) {
        agenda.after(afterNanos, () -> fire(what));
    }

    /** Does something now, or when it goes on. */
    void fire(Runnable what) {
        if (paused) {
            backlog.add(what);
        } else if (!dead) {
            what.run();
        }
    }

    void pause(long nanos) {
        if (dead) {
            return;
        }
        if (!paused) {
            paused = true;
            pausedAt = agenda.now();
        }
        pausedUntil = Math.max(pausedUntil, agenda.now() + nanos);
        run.checks.trouble(this, pausedUntil);
        agenda.at(pausedUntil, this::goOn);
    }

    private void goOn() {
        if (!paused || agenda.now() < pausedUntil) {
            return;
        }
        paused = false;
        wentOn = agenda.now();
        List<Runnable> missed = List.copyOf(backlog);
        backlog.clear();
        // all its threads race
        missed.forEach(what -> run(agenda.between(0, 3 * Agenda.MS), what));
    }

    void kill() {
        dead = true;
        paused = false;
        backlog.clear();
        run.checks.trouble(this, Long.MAX_VALUE);
        List.copyOf(ends).forEach(LinkEnd::killed);
    }

    /** Lets all go, waits for what is in flight, at most for a while, and ends. */
    void stop() {
        int[] leaving = {workers.size()};
        for (SimWorker worker : workers) {
            worker.member.close(
                    () -> {
                        if (--leaving[0] == 0) {
                            drain(agenda.now() + DRAIN);
                        }
                    });
        }
    }

    private void drain(long untilNanos) {
        if (workers.stream().allMatch(worker -> worker.loop.isDrained())) {
            end();
        } else if (agenda.now() < untilNanos) {
            run(20 * Agenda.MS, () -> drain(untilNanos));
        } else {
            workers.forEach(worker -> worker.loop.giveUp());
            run.checks.trouble(this, agenda.now());
            run(Agenda.SECOND, this::end);
        }
    }

    private void end() {
        workers.forEach(
                worker -> {
                    worker.loop.end();
                    worker.member.end();
                });
        announcer.wipe();
        run(Agenda.SECOND, () -> run.kill(this));
    }

    boolean isDead() {
        return dead;
    }

    boolean isPaused() {
        return paused;
    }

    // --- its keeper ------------------------------------------------------------------------------

    /** Opens a desk whose grants are checked. */
    Desk open(String worker, DeskClient client) {
        return houses.open(worker, new Watched(client, this));
    }

    private void workAfter(long nanos) {
        long at = agenda.now() + Math.max(0, nanos);
        if (at < worksAt) {
            worksAt = at;
            run(
                    at - agenda.now(),
                    () -> {
                        if (agenda.now() >= worksAt) {
                            worksAt = Long.MAX_VALUE;
                            // its thread is not woken to the nanosecond
                            workAfter(Math.max(houses.work(), 0) + agenda.between(0, 100_000));
                        }
                    });
        }
    }

    void nodes(List<NodeSpec> specs) {
        houses.nodes(specs, Map.of());
    }

    // --- the fleet -------------------------------------------------------------------------------

    void announce() {
        announcer.changed();
    }

    /** Reads the workers topic as far as it stands. */
    void follow() {
        if (!reachesBroker()) {
            return;
        }
        List<Broker.Announced> topic = run.broker.announced;
        if (followed == topic.size()) {
            return;
        }
        while (followed < topic.size()) {
            Broker.Announced entry = topic.get(followed++);
            entry.info()
                    .ifPresentOrElse(
                            info -> table.put(entry.worker(), info),
                            () -> table.remove(entry.worker()));
        }
        directory.update(table.values(), nowNanos());
        workers.forEach(worker -> worker.post(SimWorker::reroute));
    }

    private void keepFollowing() {
        follow();
        run(FOLLOW, this::keepFollowing);
    }

    /** Takes note of each grant. */
    private record Watched(DeskClient client, SimProcess at) implements DeskClient {
        @Override
        public boolean isFar() {
            return client.isFar();
        }

        @Override
        public void granted(
                dev.sluice.protocol.PoolName pool, long epoch, Grant grant, long atNanos) {
            at.run.checks.granted(at, pool, epoch);
            client.granted(pool, epoch, grant, atNanos);
        }

        @Override
        public void refused(
                dev.sluice.protocol.PoolName pool,
                long epoch,
                dev.sluice.worker.gatehouse.TicketId ticket) {
            client.refused(pool, epoch, ticket);
        }

        @Override
        public void told(
                dev.sluice.protocol.PoolName pool,
                long epoch,
                dev.sluice.worker.gatehouse.PoolHistory history) {
            client.told(pool, epoch, history);
        }

        @Override
        public void turnedAway(dev.sluice.protocol.PoolName pool, long epoch) {
            client.turnedAway(pool, epoch);
        }
    }
}
