package dev.sluice.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultsRecord;
import dev.sluice.protocol.ShardFold;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.keys.KeyBounds;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A worker of the simulation: a dispatch, and a loop that reads, ticks and checkpoints. */
final class SimulatedWorker implements Actions {

    private static final long POLL_MS = 20;
    private static final long CHECKPOINT_MS = 300;

    /** How far a shard has been read. */
    private static final class Reading {
        final Map<RequestsTopic, Integer> requests = new HashMap<>();
        int results;
        int caughtUpAt; // no request is read before
        int claims;
    }

    final String name;
    private final Simulation world;
    private final Dispatch dispatch;
    private final Map<Integer, Reading> owned = new TreeMap<>();
    private long lastLandsAt;
    private long lastClaimLandsAt;
    private boolean alive = true;
    private boolean dead;
    private boolean deaf;

    SimulatedWorker(Simulation world, String name) {
        this.world = world;
        this.name = name;
        this.lastLandsAt = world.now();
        this.lastClaimLandsAt = world.now();
        var settings =
                new DispatchSettings(60, 100_000, 4, new KeyBounds(10_000, Duration.ofDays(1)));
        this.dispatch =
                new Dispatch(
                        name,
                        settings,
                        new RetryPolicy(RetrySettings.of(Simulation.MAX_ATTEMPTS)),
                        this);
        poll();
        checkpoint();
    }

    void take(int shard, Simulation.Committed committed) {
        var fold = new ShardFold(shard);
        committed.next().forEach(fold::checkpoint);
        dispatch.take(shard, fold);
        var reading = new Reading();
        reading.results = committed.from();
        reading.caughtUpAt = world.results.get(shard).size();
        world.topics().forEach(t -> reading.requests.put(t, (int) fold.next(t)));
        owned.put(shard, reading);
    }

    void release(int shard, Runnable then) {
        owned.remove(shard);
        List<RequestId> inFlight = dispatch.release(shard);
        Instant until = world.wall().plus(Simulation.REQUEST_TIMEOUT).plusMillis(500);
        write(shard, new Held(shard, until, inFlight), then);
    }

    /** It reads and asks for nothing any more; perhaps what it has sent still ends. */
    void kill(boolean atOnce) {
        alive = false;
        dead = atOnce;
    }

    /** Its shards are another's, and it does not know it; it may send nothing. */
    void deafen() {
        deaf = true;
    }

    /** It learns that its shards are another's. */
    void hear() {
        owned.keySet().forEach(dispatch::release);
        owned.clear();
        deaf = false;
    }

    boolean isDeaf() {
        return deaf;
    }

    boolean idle() {
        return !deaf
                && dispatch.figures().isEmpty()
                && owned.entrySet().stream().allMatch(e -> readAll(e.getKey(), e.getValue()));
    }

    Map<String, Integer> figures() {
        return dispatch.figures();
    }

    void granted(Grant grant) {
        if (deaf) {
            world.gatehouse.ended(grant.id(), Gate.Ending.UNSENT, world.now());
            return;
        }
        dispatch.granted(grant, world.wallMs());
    }

    void ended(Pending request, Grant grant, Attempt attempt, AttemptOutcome outcome) {
        if (dead) {
            world.gatehouse.ended(grant.id(), Gate.Ending.NO_ANSWER, world.now());
            return;
        }
        double jitter = world.random.nextDouble();
        if (dispatch.ended(request, grant, attempt, outcome, jitter, world.now(), world.wallMs())) {
            int shard = request.position().shard();
            write(shard, new Held(shard, world.wall(), List.of(request.id())), () -> {});
        }
    }

    private void poll() {
        if (!alive) {
            return;
        }
        dispatch.tick(world.now(), world.wallMs());
        owned.forEach(this::read);
        world.after(1 + world.random.nextLong(POLL_MS), this::poll);
    }

    private void read(int shard, Reading reading) {
        List<ResultsRecord> results = world.results.get(shard);
        for (int i = 0; i < 10 && reading.results < results.size(); i++) {
            ResultsRecord entry = results.get(reading.results++);
            dispatch.results(shard, entry, world.now(), world.wallMs());
        }
        readClaims(shard, reading);
        if (reading.results < reading.caughtUpAt) {
            return;
        }
        for (RequestsTopic topic : world.topics()) {
            List<Simulation.Stored> log = world.at(topic, shard);
            int at = reading.requests.getOrDefault(topic, 0);
            while (at < log.size() && !dispatch.full(shard, topic)) {
                Simulation.Stored stored = log.get(at++);
                dispatch.read(
                        stored.position(),
                        stored.appendedAtMs(),
                        stored.event(),
                        world.now(),
                        world.wallMs());
            }
            reading.requests.put(topic, at);
        }
    }

    private void readClaims(int shard, Reading reading) {
        List<Simulation.Claimed> claims = world.claims.get(shard);
        for (int i = 0; i < 3 && reading.claims < claims.size(); i++) {
            Simulation.Claimed next = claims.get(reading.claims++);
            dispatch.claimed(shard, next.claim(), next.atMs(), world.now(), world.wallMs());
        }
    }

    private boolean readAll(int shard, Reading reading) {
        return reading.results == world.results.get(shard).size()
                && world.topics().stream()
                        .allMatch(
                                t ->
                                        reading.requests.getOrDefault(t, 0)
                                                == world.at(t, shard).size());
    }

    private void checkpoint() {
        if (!alive) {
            return;
        }
        owned.forEach(
                (shard, reading) -> {
                    ShardFold fold = dispatch.fold(shard);
                    var next = new HashMap<RequestsTopic, Long>();
                    world.topics().forEach(t -> next.put(t, fold.next(t)));
                    var committed = new Simulation.Committed(next, reading.results);
                    write(shard, fold.snapshot(), () -> world.commit(shard, committed));
                });
        world.after(CHECKPOINT_MS, this::checkpoint);
    }

    /** One writer's records land in order, now and then late. */
    private void write(int shard, ResultsRecord entry, Runnable then) {
        long takes = 1 + world.random.nextLong(world.random.nextInt(20) == 0 ? 400 : 10);
        long landsAt = world.now() + takes * 1_000_000;
        if (landsAt - lastLandsAt > 0) {
            lastLandsAt = landsAt;
        }
        world.append(shard, entry, lastLandsAt, then);
    }

    @Override
    public void handIn(PoolName pool, Ticket ticket) {
        if (alive && !deaf) {
            world.after(1, () -> tell(() -> world.gatehouse.handIn(ticket)));
        }
    }

    @Override
    public void withdraw(PoolName pool, TicketId ticket) {
        world.after(1, () -> tell(() -> world.gatehouse.withdraw(ticket)));
    }

    private void tell(Runnable what) {
        if (alive) {
            what.run();
        }
    }

    @Override
    public void send(Pending request, Grant grant) {
        Position position = request.position();
        assertThat(owned).containsKey(position.shard());
        assertThat(dispatch.fold(position.shard()).isDone(position.topic(), position.offset()))
                .as("sent although its result was read: %s", request.id())
                .isFalse();
        world.send(this, request, grant);
    }

    @Override
    public void end(PoolName pool, Grant grant, Gate.Ending ending) {
        world.gatehouse.ended(grant.id(), ending, world.now());
    }

    @Override
    public void close(PoolName pool, String node, Duration wait) {
        world.gatehouse.closeUntil(node, world.now() + wait.toNanos());
    }

    @Override
    public void append(Ending ending) {
        write(ending.request().position().shard(), ending, () -> {});
    }

    @Override
    public void claim(int shard, KeyClaim claim) {
        long takes = 1 + world.random.nextLong(world.random.nextInt(10) == 0 ? 700 : 10);
        long landsAt = world.now() + takes * 1_000_000;
        if (landsAt - lastClaimLandsAt > 0) {
            lastClaimLandsAt = landsAt;
        }
        world.claim(shard, claim, lastClaimLandsAt);
    }

    @Override
    public String toString() {
        return name + dispatch.figures();
    }
}
