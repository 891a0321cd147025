package dev.sluice.worker.simulation;

import dev.sluice.protocol.Body;
import dev.sluice.protocol.KeyHash;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.worker.gate.GateSettings;
import dev.sluice.worker.gate.LaneWeights;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of a fleet: processes with workers and keepers, their broker, network and nodes, and
 * faults, all in an order that follows from one seed.
 *
 * <p>First there are faults; then, in some runs, the fleet is left alone and must use what the
 * nodes allow; then the work ends and nothing may be left.
 */
final class FleetRun {

    static final int SHARDS = 5;
    static final int MAX_ATTEMPTS = 3;
    // the runs of every build have all of it; of the thousands more, most are short
    static final int WHOLE_RUNS = 40;
    static final int KEYS = 30; // idempotency keys, in each pool
    static final int BODY_MAX = 2000;
    static final Duration LEASE = Duration.ofMillis(1500);
    static final GateSettings GATES =
            new GateSettings(
                    Duration.ofMillis(300),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    BODY_MAX,
                    Duration.ofSeconds(1),
                    LaneWeights.DEFAULT);

    private static final Instant WALL = Instant.parse("2030-01-01T00:00:00Z");
    private static final Duration SESSION = Duration.ofSeconds(2);
    private static final long FEED = 100 * Agenda.MS;
    private static final long MEASURED = 30 * Agenda.SECOND;
    // where two keepers in a row were lost before they had told, nobody knows the last minute
    private static final long FORGOTTEN = 60 * Agenda.SECOND;
    private static final long RECOVERY = 10 * Agenda.SECOND;
    // longer than the request time-out; a pool may have a backlog of minutes when its limit fell
    private static final long STUCK_AFTER = 200 * Agenda.SECOND;
    private static final double LEAST_USE = 0.9;
    private static final List<PoolName> POOLS = List.of(PoolName.DEFAULT, new PoolName("other"));

    final Agenda agenda;
    final Broker broker;
    final Network network;
    final SimNodes nodes;
    final Checks checks;
    final Codec codec;
    final Faults faults;
    final boolean measures; // whether the limits are used to the full when all is well again
    boolean late; // the limits were used to the full only after a minute
    final List<SimProcess> processes = new ArrayList<>(); // that live
    private final List<SimProcess> stopping = new ArrayList<>();
    private final List<SimProcess> all = new ArrayList<>();
    private boolean feeding = true;

    FleetRun(long seed) {
        boolean whole = seed < WHOLE_RUNS;
        this.agenda = new Agenda(seed);
        this.codec = new Codec(seed % (whole ? 20 : 200) == 7);
        this.broker = new Broker(agenda, SHARDS, SESSION.toNanos(), POOLS);
        this.network = new Network(agenda);
        this.nodes = new SimNodes(this);
        this.checks = new Checks(this);
        int[] rates = {12, 60, 120, 240, 600};
        int i = 0;
        for (PoolName pool : POOLS) {
            for (int n = agenda.random.nextInt(2); n < 2; n++) {
                int rpm = rates[agenda.random.nextInt(rates.length)];
                long bpm = rpm * agenda.between(700, 2500);
                nodes.add("node-" + ++i, pool, rpm, bpm);
            }
        }
        int count = 2 + agenda.random.nextInt(3);
        for (int n = 0; n < count; n++) {
            start();
        }
        this.faults = new Faults(this, whole);
        this.measures = whole || agenda.oneIn(5);
    }

    void run() {
        feed();
        faults.begin();
        agenda.runUntil(faults.until());
        if (measures) {
            useOfLimits();
        }
        feeding = false;
        long giveUp = agenda.now() + STUCK_AFTER;
        int left = undone();
        while (!isOver()) {
            agenda.runUntil(agenda.now() + 500 * Agenda.MS);
            if (undone() < left) {
                left = undone();
                giveUp = agenda.now() + STUCK_AFTER;
            } else if (agenda.now() > giveUp) {
                throw new AssertionError("work is left: " + broker.undone + " " + figures());
            }
        }
        agenda.runUntil(agenda.now() + 5 * Agenda.SECOND);
        checks.limits();
        settled();
    }

    /** From a while after the last fault on, what the nodes allow is used. */
    private void useOfLimits() {
        long from = Math.max(faults.endNanos() + RECOVERY, faults.lowered() + 65 * Agenda.SECOND);
        agenda.runUntil(from + MEASURED);
        checks.limits();
        if (checks.unused(from, from + MEASURED, LEAST_USE).isPresent()) {
            late = true;
            agenda.runUntil(from + FORGOTTEN + MEASURED);
            checks.unused(from + FORGOTTEN, from + FORGOTTEN + MEASURED, LEAST_USE)
                    .ifPresent(
                            what -> {
                                throw new AssertionError(what);
                            });
        }
    }

    private boolean isOver() {
        return undone() == 0 && workers().stream().allMatch(w -> w.loop.figures().isEmpty());
    }

    private int undone() {
        return broker.undone.values().stream().mapToInt(n -> n).sum();
    }

    /** Nothing is left anywhere. */
    private void settled() {
        for (SimProcess process : processes) {
            process.houses
                    .figures()
                    .forEach(
                            (pool, figures) -> {
                                figures.nodes()
                                        .forEach(
                                                node ->
                                                        none(
                                                                node.inFlight(),
                                                                "slots of " + node.spec().id()));
                                figures.waiting()
                                        .forEach((lane, n) -> none(n, "tickets of " + pool));
                            });
        }
        for (SimWorker worker : workers()) {
            var desk = new LastDesk();
            worker.links.last = desk;
            worker.reroute();
            none(desk.tickets, "tickets known to " + worker.id);
            none(desk.flights, "grants known to " + worker.id);
        }
    }

    private static void none(int left, String what) {
        if (left != 0) {
            throw new AssertionError(left + " " + what + " are left");
        }
    }

    private List<String> figures() {
        return workers().stream().map(w -> w.loop.toString()).toList();
    }

    // --- processes -------------------------------------------------------------------------------

    SimProcess start() {
        int count = agenda.oneIn(4) ? 2 : 1;
        var process = new SimProcess(this, "p" + (all.size() + 1), count);
        all.add(process);
        processes.add(process);
        return process;
    }

    void kill(SimProcess process) {
        processes.remove(process);
        process.kill();
    }

    /** It ends by itself; nothing more befalls it. */
    void stop(SimProcess process) {
        stopping.add(process);
        processes.remove(process);
        process.stop();
    }

    @Nullable SimProcess process(String name) {
        return all.stream().filter(p -> p.name.equals(name)).findFirst().orElse(null);
    }

    List<SimWorker> workers() {
        return Stream.concat(processes.stream(), stopping.stream())
                .filter(p -> !p.isDead())
                .flatMap(p -> p.workers.stream())
                .toList();
    }

    /** A process begins to keep a pool: was there ever a request? */
    void beginsToKeep(SimProcess process, PoolName pool) {
        agenda.after(
                agenda.between(Agenda.MS, 30 * Agenda.MS),
                () -> {
                    boolean isNew =
                            broker.requests.entrySet().stream()
                                    .filter(e -> e.getKey().pool().equals(pool))
                                    .allMatch(e -> e.getValue().stream().allMatch(List::isEmpty));
                    if (isNew && process.reachesBroker()) {
                        process.run(Agenda.MS, () -> process.houses.newPool(pool));
                    }
                });
    }

    /** A shard's logs have grown. */
    void appended(int shard) {
        for (SimWorker worker : workers()) {
            if (worker.loop.reads(shard)) {
                worker.loop.turnSoon();
            }
        }
    }

    // --- requests --------------------------------------------------------------------------------

    /** Sees to it that each pool has work waiting. */
    private void feed() {
        if (!feeding) {
            return;
        }
        if (!broker.isAway()) {
            for (PoolName pool : POOLS) {
                int rpm =
                        nodes.specs().stream()
                                .filter(n -> n.pool().equals(pool))
                                .mapToInt(n -> n.rpm())
                                .sum();
                int wanted = 6 + rpm / 8;
                while (Objects.requireNonNull(broker.undone.get(pool)) < wanted) {
                    request(pool);
                }
            }
        }
        agenda.after(FEED, this::feed);
    }

    Instant wall() {
        return WALL.plusNanos(agenda.now());
    }

    private void request(PoolName pool) {
        Lane lane = agenda.oneIn(5) ? Lane.HIGH : Lane.NORMAL;
        var topic = new RequestsTopic(pool, lane);
        Optional<String> key =
                agenda.oneIn(6)
                        ? Optional.of("key-" + agenda.random.nextInt(KEYS))
                        : Optional.empty();
        int shard =
                key.map(k -> KeyHash.of(pool, k).shard(SHARDS))
                        .orElseGet(() -> agenda.random.nextInt(SHARDS));
        // with a key few are unlike each other
        long bytes = key.isEmpty() ? agenda.between(0, BODY_MAX) : agenda.between(7, 8);
        long wallMs = wall().toEpochMilli();
        var event =
                new RequestEvent(
                        new Nonce(agenda.random.nextLong()),
                        pool,
                        wall(),
                        "POST",
                        "/",
                        Optional.empty(),
                        agenda.oneIn(50)
                                ? Optional.of(Duration.ofMillis(agenda.between(1, 20_000)))
                                : Optional.empty(),
                        key,
                        List.of(),
                        Body.of(new byte[(int) bytes]));
        var position = new Position(topic, shard, broker.at(topic, shard).size());
        broker.accept(new Broker.Stored(position, wallMs, event));
        appended(shard);
    }
}
