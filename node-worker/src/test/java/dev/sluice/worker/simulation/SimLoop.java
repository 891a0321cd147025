package dev.sluice.worker.simulation;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestId;
import dev.sluice.worker.dispatch.Actions;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.Dispatch;
import dev.sluice.worker.dispatch.DispatchSettings;
import dev.sluice.worker.dispatch.Pending;
import dev.sluice.worker.dispatch.RetryPolicy;
import dev.sluice.worker.dispatch.RetrySettings;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.keeper.FleetLink;
import dev.sluice.worker.keys.KeyBounds;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A worker's loop: what {@code kafka.WorkerLoop} and its parts do, over the modelled log. */
final class SimLoop implements Actions, FleetLink.Receiver {

    private static final long IDLE = 200 * Agenda.MS;
    private static final long REROUTE = 200 * Agenda.MS;
    private static final Duration HELD_EXTRA = Duration.ofSeconds(1);

    private final SimWorker worker;
    private final SimProcess process;
    private final Agenda agenda;
    private final Dispatch dispatch;
    private final SimLog log;
    private final Map<Integer, Long> assignments = new HashMap<>();
    private @Nullable FleetLink link;
    private long lastAssignment;
    private OptionalLong rerouted = OptionalLong.empty();
    private long turnAt = Long.MAX_VALUE;
    private boolean ended;

    SimLoop(SimWorker worker) {
        this.worker = worker;
        this.process = worker.process;
        this.agenda = process.agenda;
        this.dispatch =
                new Dispatch(
                        worker.id,
                        new DispatchSettings(
                                400, 1_000_000, 40, new KeyBounds(100_000, Duration.ofDays(1))),
                        new RetryPolicy(RetrySettings.of(FleetRun.MAX_ATTEMPTS)),
                        this);
        this.log = new SimLog(worker, dispatch);
    }

    void begin(FleetLink to) {
        link = to;
        turn();
    }

    void turn() {
        if (ended) {
            return;
        }
        worker.drain();
        if (ended) {
            return;
        }
        long now = process.nowNanos();
        dispatch.tick(now, wallMs());
        dispatch.pause(log.isBehind());
        log.checkpointsDue();
        log.read();
        if (rerouted.isEmpty() || now - rerouted.getAsLong() > REROUTE) {
            rerouted = OptionalLong.of(now);
            link().reroute(now);
        }
        long wait = IDLE;
        if (dispatch.nextTimer().isPresent()) {
            wait = Math.clamp(dispatch.nextTimer().getAsLong() - now, 0, IDLE);
        }
        turnAfter(wait + agenda.between(0, 200_000));
    }

    /** Something may be there to be read. */
    void turnSoon() {
        turnAfter(agenda.usually(Agenda.MS / 2, 3 * Agenda.MS, 100 * Agenda.MS));
    }

    private void turnAfter(long nanos) {
        long at = agenda.now() + nanos;
        if (at < turnAt) {
            turnAt = at;
            process.run(
                    nanos,
                    () -> {
                        if (agenda.now() >= turnAt) {
                            turnAt = Long.MAX_VALUE;
                            turn();
                        }
                    });
        }
    }

    private FleetLink link() {
        return Objects.requireNonNull(link);
    }

    private long wallMs() {
        return process.wall().toEpochMilli();
    }

    // --- shards ----------------------------------------------------------------------------------

    void assigned(Collection<Integer> shards) {
        List<Integer> gained = List.copyOf(shards);
        worker.post(
                w -> {
                    w.reroute();
                    long assignment = ++lastAssignment;
                    gained.forEach(shard -> assignments.put(shard, assignment));
                    learn(gained, assignment);
                });
    }

    /** Asks the broker what a new owner must know, until it answers. */
    private void learn(List<Integer> shards, long assignment) {
        agenda.after(
                agenda.usually(2 * Agenda.MS, 20 * Agenda.MS, 400 * Agenda.MS),
                () -> {
                    if (!process.reachesBroker()) {
                        process.run(300 * Agenda.MS, () -> learn(shards, assignment));
                        return;
                    }
                    for (int shard : shards) {
                        var known =
                                new SimLog.Known(
                                        process.run.broker.committed(shard),
                                        process.run.broker.results.get(shard).size());
                        process.run(
                                agenda.between(Agenda.MS, 5 * Agenda.MS),
                                () -> worker.post(w -> taken(shard, assignment, known)));
                    }
                });
    }

    private void taken(int shard, long assignment, SimLog.Known known) {
        if (Objects.equals(assignments.get(shard), assignment)) {
            log.take(shard, known);
        }
    }

    void release(Collection<Integer> shards, Runnable then) {
        List<Integer> gone = List.copyOf(shards);
        worker.post(
                w -> {
                    assignments.keySet().removeAll(gone);
                    var writes = new int[] {1};
                    Runnable one =
                            () -> {
                                if (--writes[0] == 0) {
                                    then.run();
                                }
                            };
                    for (int shard : gone) {
                        if (log.has(shard)) {
                            writes[0]++;
                            log.checkpoint(shard, one);
                            List<RequestId> inFlight = dispatch.release(shard);
                            if (!inFlight.isEmpty()) {
                                Instant until =
                                        process.wall()
                                                .plus(FleetRun.GATES.requestTimeout())
                                                .plus(HELD_EXTRA);
                                writes[0]++;
                                log.append(shard, new Held(shard, until, inFlight), one);
                            }
                        }
                    }
                    gone.forEach(log::drop);
                    one.run();
                });
    }

    void lost(Collection<Integer> shards) {
        List<Integer> gone = List.copyOf(shards);
        worker.post(
                w -> {
                    assignments.keySet().removeAll(gone);
                    gone.forEach(dispatch::release);
                    gone.forEach(log::drop);
                });
    }

    /** When nothing is in flight and the log has every result. */
    boolean isDrained() {
        return dispatch.inFlight().isEmpty() && log.unacknowledged() == 0;
    }

    void giveUp() {
        var byShard = new TreeMap<Integer, List<RequestId>>();
        for (RequestId id : dispatch.inFlight()) {
            byShard.computeIfAbsent(id.position().shard(), s -> new java.util.ArrayList<>())
                    .add(id);
        }
        byShard.forEach(
                (shard, ids) -> log.append(shard, new Held(shard, process.wall(), ids), () -> {}));
    }

    void end() {
        ended = true;
        worker.links.close();
    }

    Map<String, Integer> figures() {
        return dispatch.figures();
    }

    // --- grants and attempts ---------------------------------------------------------------------

    @Override
    public void granted(Grant grant) {
        dispatch.granted(grant, wallMs());
    }

    @Override
    public void refused(TicketId ticket) {
        throw new IllegalStateException("no body is too large: " + ticket);
    }

    @Override
    public void send(Pending request, Grant grant) {
        new SimSending(worker, request, grant, link().permit(grant), this::attempted).begin();
    }

    private void attempted(Pending request, Grant grant, Attempt attempt, AttemptOutcome outcome) {
        process.run.checks.knows(request.position(), worker);
        boolean leftToOwner =
                dispatch.ended(
                        request,
                        grant,
                        attempt,
                        outcome,
                        agenda.random.nextDouble(),
                        process.nowNanos(),
                        wallMs());
        if (leftToOwner) {
            int shard = request.position().shard();
            log.append(shard, new Held(shard, process.wall(), List.of(request.id())), () -> {});
        }
    }

    boolean reads(int shard) {
        return log.has(shard);
    }

    // --- what the dispatch wants done ------------------------------------------------------------

    @Override
    public void handIn(PoolName pool, Ticket ticket) {
        link().handIn(pool, ticket, process.nowNanos());
    }

    @Override
    public void withdraw(PoolName pool, TicketId ticket) {
        link().withdraw(pool, ticket, process.nowNanos());
    }

    @Override
    public void end(PoolName pool, Grant grant, Gate.Ending ending) {
        link().ended(pool, grant.id(), ending, process.nowNanos());
    }

    @Override
    public void close(PoolName pool, String node, Duration wait) {
        link().closeFor(pool, node, wait, process.nowNanos());
    }

    @Override
    public void append(Ending result) {
        process.run.checks.finished(result.request().position(), worker);
        log.append(result.request().position().shard(), result, () -> {});
    }

    @Override
    public void claim(int shard, KeyClaim claim) {
        log.claim(shard, claim);
    }

    @Override
    public String toString() {
        return worker.id + dispatch.figures();
    }
}
