package dev.sluice.worker.simulation;

import dev.sluice.protocol.Held;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.LedgerSnapshot;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultsRecord;
import dev.sluice.protocol.ShardFold;
import dev.sluice.worker.dispatch.Dispatch;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A worker's clients of the log: what intake, checkpoints and the appender do. */
final class SimLog {

    private static final long CHECKPOINT = 3 * Agenda.SECOND;
    private static final long AGAIN = 500 * Agenda.MS;
    private static final int UNACKNOWLEDGED_MAX = 200;

    /** What a shard's new owner has learnt. */
    record Known(Broker.Committed committed, int end) {}

    /** How far a shard has been read. */
    private static final class Reading {
        final Map<RequestsTopic, Integer> requests = new HashMap<>();
        final Map<Integer, Instant> held = new TreeMap<>();
        final long claimsNanos; // there are many claims: the first ones are brought only then
        final int from; // no request is read before the results are read up to here
        int results;
        int claims;
        int seen = -1; // of the records there are; fewer than all if some could not be read yet
        boolean changed = true;
        long checkpointNanos;

        Reading(Known known, long now, long claimsNanos) {
            this.results = known.committed.from();
            this.from = known.end;
            this.checkpointNanos = now;
            this.claimsNanos = claimsNanos;
        }
    }

    private final SimWorker worker;
    private final SimProcess process;
    private final Agenda agenda;
    private final Broker broker;
    private final Dispatch dispatch;
    private final Map<Integer, Reading> shards = new TreeMap<>();
    private long lastLands;
    private int unacknowledged;

    SimLog(SimWorker worker, Dispatch dispatch) {
        this.worker = worker;
        this.process = worker.process;
        this.agenda = process.agenda;
        this.broker = process.run.broker;
        this.dispatch = dispatch;
    }

    boolean has(int shard) {
        return shards.containsKey(shard);
    }

    void take(int shard, Known known) {
        var fold = new ShardFold(shard);
        known.committed.next().forEach(fold::checkpoint);
        dispatch.take(shard, fold);
        long now = process.nowNanos();
        long claims = now + agenda.usually(0, 50 * Agenda.MS, 2 * Agenda.SECOND);
        shards.put(shard, new Reading(known, now, claims));
    }

    void drop(int shard) {
        shards.remove(shard);
    }

    int unacknowledged() {
        return unacknowledged;
    }

    boolean isBehind() {
        return unacknowledged > UNACKNOWLEDGED_MAX;
    }

    // --- reading ---------------------------------------------------------------------------------

    void read() {
        if (process.reachesBroker()) {
            shards.forEach(this::read);
        }
    }

    private void read(int shard, Reading reading) {
        int appends = broker.appends(shard);
        if (reading.seen == appends) {
            return;
        }
        boolean all = readClaims(shard, reading);
        readResults(shard, reading);
        all &= reading.results >= reading.from && readRequests(shard, reading);
        reading.seen = all ? appends : -1;
    }

    private void readResults(int shard, Reading reading) {
        List<ResultsRecord> results = broker.results.get(shard);
        while (reading.results < results.size()) {
            ResultsRecord entry = results.get(reading.results);
            if (entry instanceof Held held) {
                reading.held.put(reading.results, held.until());
            }
            reading.changed |= !(entry instanceof LedgerSnapshot);
            reading.results++;
            dispatch.results(shard, entry, process.nowNanos(), wallMs());
        }
    }

    /** Says whether that was all: it is another partition, which may be brought later. */
    private boolean readClaims(int shard, Reading reading) {
        List<Broker.Claimed> claims = broker.claims.get(shard);
        if (process.nowNanos() - reading.claimsNanos < 0) {
            return false;
        }
        while (reading.claims < claims.size()) {
            if (agenda.oneIn(4)) {
                return false;
            }
            Broker.Claimed next = claims.get(reading.claims++);
            dispatch.claimed(shard, next.claim(), next.atMs(), process.nowNanos(), wallMs());
        }
        return true;
    }

    /** Says whether there was room for all. */
    private boolean readRequests(int shard, Reading reading) {
        boolean all = true;
        for (Map.Entry<RequestsTopic, List<List<Broker.Stored>>> entry :
                broker.requests.entrySet()) {
            RequestsTopic topic = entry.getKey();
            List<Broker.Stored> log = entry.getValue().get(shard);
            int at =
                    Objects.requireNonNullElseGet(
                            reading.requests.get(topic),
                            () -> (int) dispatch.fold(shard).next(topic));
            while (at < log.size() && !dispatch.full(shard, topic)) {
                Broker.Stored stored = log.get(at++);
                reading.changed = true;
                dispatch.read(
                        stored.position(),
                        stored.appendedAtMs(),
                        stored.event(),
                        process.nowNanos(),
                        wallMs());
            }
            reading.requests.put(topic, at);
            all &= at == log.size();
        }
        return all;
    }

    private long wallMs() {
        return process.wall().toEpochMilli();
    }

    // --- checkpoints -----------------------------------------------------------------------------

    void checkpointsDue() {
        long now = process.nowNanos();
        shards.forEach(
                (shard, reading) -> {
                    if (reading.changed && now - reading.checkpointNanos >= CHECKPOINT) {
                        checkpoint(shard, () -> {});
                    }
                });
    }

    void checkpoint(int shard, Runnable then) {
        Reading reading = Objects.requireNonNull(shards.get(shard));
        reading.changed = false;
        reading.checkpointNanos = process.nowNanos();
        reading.held.values().removeIf(until -> !until.isAfter(process.wall()));
        int from = reading.held.keySet().stream().findFirst().orElse(reading.results);
        ShardFold fold = dispatch.fold(shard);
        var next = new HashMap<RequestsTopic, Long>();
        // of topics that are not read yet nothing is said
        reading.requests.keySet().forEach(topic -> next.put(topic, fold.next(topic)));
        append(
                shard,
                fold.snapshot(),
                () -> {
                    var committed = new Broker.Committed(next, from);
                    agenda.after(
                            agenda.between(Agenda.MS, 5 * Agenda.MS),
                            () -> {
                                if (process.reachesBroker() && !next.isEmpty()) {
                                    broker.commit(shard, committed);
                                }
                            });
                    then.run();
                });
    }

    // --- appending -------------------------------------------------------------------------------

    /** Appends until the log has it; {@code then} in the loop. */
    void append(int shard, ResultsRecord entry, Runnable then) {
        append(shard, () -> broker.append(shard, entry), then);
    }

    /** Appends a claim until the log has it. */
    void claim(int shard, KeyClaim claim) {
        append(shard, () -> broker.claim(shard, new Broker.Claimed(claim, wallMs())), () -> {});
    }

    private void append(int shard, Runnable write, Runnable then) {
        unacknowledged++;
        attempt(
                shard,
                write,
                () -> {
                    unacknowledged--;
                    then.run();
                });
    }

    private void attempt(int shard, Runnable write, Runnable then) {
        long lands = agenda.now() + agenda.usually(Agenda.MS / 2, 4 * Agenda.MS, 300 * Agenda.MS);
        lastLands = Math.max(lastLands, lands); // one producer's records land in order
        agenda.at(
                lastLands,
                () -> {
                    if (!process.reachesBroker()) {
                        process.run(AGAIN, () -> worker.post(w -> attempt(shard, write, then)));
                        return;
                    }
                    write.run();
                    process.run.appended(shard);
                    process.run(
                            agenda.between(Agenda.MS / 2, 2 * Agenda.MS),
                            () -> worker.post(w -> then.run()));
                });
    }
}
