package dev.sluice.worker.simulation;

import dev.sluice.protocol.Held;
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
        final int from; // no request is read before the results are read up to here
        int results;
        boolean changed = true;
        long checkpointNanos;

        Reading(int results, int from, long now) {
            this.results = results;
            this.from = from;
            this.checkpointNanos = now;
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
        shards.put(shard, new Reading(known.committed.from(), known.end, process.nowNanos()));
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
        List<ResultsRecord> results = broker.results.get(shard);
        long now = process.nowNanos();
        long wallMs = process.wall().toEpochMilli();
        while (reading.results < results.size()) {
            ResultsRecord entry = results.get(reading.results);
            if (entry instanceof Held held) {
                reading.held.put(reading.results, held.until());
            }
            reading.changed |= !(entry instanceof LedgerSnapshot);
            reading.results++;
            dispatch.results(shard, entry, now, wallMs);
        }
        if (reading.results < reading.from) {
            return;
        }
        for (RequestsTopic topic : broker.requests.keySet()) {
            List<Broker.Stored> log = broker.at(topic, shard);
            int at =
                    Objects.requireNonNullElseGet(
                            reading.requests.get(topic),
                            () -> (int) dispatch.fold(shard).next(topic));
            while (at < log.size() && !dispatch.full(shard, topic)) {
                Broker.Stored stored = log.get(at++);
                reading.changed = true;
                dispatch.read(
                        stored.position(), stored.appendedAtMs(), stored.event(), now, wallMs);
            }
            reading.requests.put(topic, at);
        }
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
        unacknowledged++;
        attempt(
                shard,
                entry,
                () -> {
                    unacknowledged--;
                    then.run();
                });
    }

    private void attempt(int shard, ResultsRecord entry, Runnable then) {
        long lands = agenda.now() + agenda.usually(Agenda.MS / 2, 4 * Agenda.MS, 300 * Agenda.MS);
        lastLands = Math.max(lastLands, lands); // one producer's records land in order
        agenda.at(
                lastLands,
                () -> {
                    if (!process.reachesBroker()) {
                        process.run(AGAIN, () -> worker.post(w -> attempt(shard, entry, then)));
                        return;
                    }
                    broker.append(shard, entry);
                    process.run.appended(shard);
                    process.run(
                            agenda.between(Agenda.MS / 2, 2 * Agenda.MS),
                            () -> worker.post(w -> then.run()));
                });
    }
}
