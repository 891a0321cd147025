package dev.sluice.worker.simulation;

import dev.sluice.protocol.KeyHash;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.worker.keeper.Keeper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must be true of any run, looked at while it runs and at its end. */
final class Checks {

    private static final long MINUTE = 60 * Agenda.SECOND;
    // what a limit was a while ago may still be in force with a keeper that has not heard
    private static final long HEARS = 15 * Agenda.SECOND;
    // so long after a fault a request may be sent again because of it
    private static final long TROUBLE = 15 * Agenda.SECOND;

    private record Keeps(SimProcess process, long epoch) {}

    /** The latest write of a request. */
    private static final class Written {
        final SimWorker worker;
        final long nanos;
        boolean known; // how it ended
        boolean finished;

        Written(SimWorker worker, long nanos) {
            this.worker = worker;
            this.nanos = nanos;
        }
    }

    private final FleetRun run;
    private final Map<PoolName, Keeps> keeps = new HashMap<>();
    private final Map<Position, Written> writes = new HashMap<>();
    private final Map<KeyHash, Position> firsts = new HashMap<>(); // that were sent, by key
    private final Map<SimProcess, Long> troubleUntil = new HashMap<>();
    int grants;
    int again;

    Checks(FleetRun run) {
        this.run = run;
    }

    private static void fail(String what) {
        throw new AssertionError(what);
    }

    /** A fault befalls a process. */
    void trouble(SimProcess process, long untilNanos) {
        troubleUntil.merge(process, untilNanos, Math::max);
    }

    private boolean isTroubled(SimProcess process) {
        return wasTroubledSince(process, run.agenda.now());
    }

    private boolean wasTroubledSince(SimProcess process, long nanos) {
        long until = troubleUntil.getOrDefault(process, Long.MIN_VALUE / 2);
        return until == Long.MAX_VALUE || nanos <= until + TROUBLE;
    }

    /** At any time one keeper grants for a pool: the one whose worker owns its shard. */
    void granted(SimProcess process, PoolName pool, long epoch) {
        grants++;
        Keeps before = keeps.get(pool);
        if (before != null
                && (epoch < before.epoch || (epoch == before.epoch && process != before.process))) {
            fail(
                    "%s grants for %s in epoch %d after %s in %d"
                            .formatted(
                                    process.name, pool, epoch, before.process.name, before.epoch));
        }
        keeps.put(pool, new Keeps(process, epoch));
        String owner = run.broker.group.ownerOf(Keeper.shardOf(pool, FleetRun.SHARDS));
        if (owner == null || process.workers.stream().noneMatch(w -> w.id.equals(owner))) {
            fail(
                    "%s grants for %s, whose shard is owned by %s"
                            .formatted(process.name, pool, String.valueOf(owner)));
        }
    }

    /** The other's clock, as it is known here, is what it is. */
    void comparedClocks(long early, long now, long late) {
        if (now - early < 0 || late - now < 0) {
            fail(
                    "a clock is %d ns after its earliest and %d before its latest"
                            .formatted(now - early, late - now));
        }
    }

    /** The worker has seen that it may write: then the group must not have given it up. */
    void mayWrite(SimSending sending) {
        if (run.broker.group.isExpired(sending.worker.id)) {
            fail("%s writes although the group has given it up".formatted(sending.worker.id));
        }
    }

    void writes(SimSending sending) {
        Position position = sending.request.position();
        Written before = writes.get(position);
        if (before != null && (!before.known || before.finished)) {
            again++;
            // trouble at the first write explains the second, however much later that is
            if (!wasTroubledSince(before.worker.process, before.nanos)
                    && !isTroubled(sending.worker.process)) {
                fail(
                        "%s is sent by %s, and %.3f s before by %s, which was well"
                                .formatted(
                                        position,
                                        sending.worker.id,
                                        (run.agenda.now() - before.nanos) / 1e9,
                                        before.worker.id));
            }
        }
        writes.put(position, new Written(sending.worker, run.agenda.now()));
        onlyOneOfAKey(sending.request.event(), position);
    }

    private void onlyOneOfAKey(RequestEvent event, Position position) {
        if (event.idempotencyKey().isPresent()) {
            var key = KeyHash.of(event.pool(), event.idempotencyKey().get());
            Position first = firsts.putIfAbsent(key, position);
            if (first != null && !first.equals(position)) {
                fail("%s is sent after %s with the same key".formatted(position, first));
            }
        }
    }

    /** The worker knows how its attempt ended. */
    void knows(Position position, SimWorker worker) {
        Written last = writes.get(position);
        if (last != null && last.worker == worker) {
            last.known = true;
        }
    }

    /** The worker has a result. */
    void finished(Position position, SimWorker worker) {
        Written last = writes.get(position);
        if (last != null && last.worker == worker) {
            last.finished = true;
        }
    }

    // --- limits ----------------------------------------------------------------------------------

    /** In no 60 s above the limit, as the node counts. */
    void limits() {
        run.nodes.all.forEach(this::limits);
    }

    private void limits(String id, SimNodes.Node node) {
        List<SimNodes.Arrival> hits = new ArrayList<>(node.arrivals);
        hits.removeIf(SimNodes.Arrival::late);
        int first = 0;
        int requests = 0;
        long bytes = 0;
        for (SimNodes.Arrival hit : hits) {
            requests++;
            bytes += hit.bytes();
            while (hit.nanos() - hits.get(first).nanos() >= MINUTE) {
                requests--;
                bytes -= hits.get(first++).bytes();
            }
            SimNodes.Limits limits = inForce(node, hit.nanos());
            if (requests > limits.rpm() || bytes > limits.bpm()) {
                fail(
                        "%s counts %d of %d requests and %d of %d bytes in the minute to %.3f s"
                                .formatted(
                                        id,
                                        requests,
                                        limits.rpm(),
                                        bytes,
                                        limits.bpm(),
                                        hit.nanos() / 1e9));
            }
        }
    }

    /** The largest limits in a minute before. */
    private static SimNodes.Limits inForce(SimNodes.Node node, long nanos) {
        int rpm = 0;
        long bpm = 0;
        for (int i = 0; i < node.limits.size(); i++) {
            boolean over =
                    i + 1 < node.limits.size()
                            && node.limits.get(i + 1).fromNanos() < nanos - MINUTE - HEARS;
            if (!over && node.limits.get(i).fromNanos() <= nanos) {
                rpm = Math.max(rpm, node.limits.get(i).rpm());
                bpm = Math.max(bpm, node.limits.get(i).bpm());
            }
        }
        return new SimNodes.Limits(nanos, rpm, bpm);
    }

    /** With work waiting, the limits are used; else what is not. */
    Optional<String> unused(long from, long to, double least) {
        var unused = new ArrayList<String>();
        run.nodes.all.forEach(
                (id, node) -> {
                    long requests = 0;
                    long bytes = 0;
                    for (SimNodes.Arrival hit : node.arrivals) {
                        if (hit.nanos() >= from && hit.nanos() < to) {
                            requests++;
                            bytes += hit.bytes();
                        }
                    }
                    double minutes = (to - from) / (double) MINUTE;
                    double use =
                            Math.max(
                                    requests / (node.spec.rpm() * minutes),
                                    bytes / (node.spec.bpm() * minutes));
                    // of few requests one makes much, and a large body waits for its room
                    double one =
                            Math.max(
                                    1.5 / (node.spec.rpm() * minutes),
                                    2 * FleetRun.BODY_MAX / (node.spec.bpm() * minutes));
                    if (use + one < least) {
                        unused.add(
                                "%s is used to %.3f: %d requests of %d a minute, %d bytes of %d"
                                        .formatted(
                                                id,
                                                use,
                                                requests,
                                                node.spec.rpm(),
                                                bytes,
                                                node.spec.bpm()));
                    }
                });
        return unused.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", unused));
    }
}
