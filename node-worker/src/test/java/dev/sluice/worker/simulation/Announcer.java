package dev.sluice.worker.simulation;

import dev.sluice.protocol.WorkerInfo;
import dev.sluice.worker.fleet.Resignation;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A process among the others: what {@code kafka.Fleet} does, in virtual time. */
final class Announcer {

    private static final long ANNOUNCE = 2 * Agenda.SECOND;
    private static final long LOOK = 500 * Agenda.MS;
    private static final Instant ANY = Instant.EPOCH;

    private static final class Said {
        final Resignation resignation;
        Optional<WorkerInfo> info = Optional.empty();
        long nanos;

        Said(Resignation resignation) {
            this.resignation = resignation;
        }
    }

    private final SimProcess process;
    private final Map<String, Said> said = new HashMap<>();
    private boolean begun;

    Announcer(SimProcess process) {
        this.process = process;
    }

    void begin() {
        for (SimWorker worker : process.workers) {
            double patience = process.agenda.random.nextDouble();
            said.put(worker.id, new Said(new Resignation(worker.id, patience)));
        }
        begun = true;
        look();
    }

    void changed() {
        if (begun) {
            process.run(process.agenda.between(0, Agenda.MS), this::announce);
        }
    }

    private void look() {
        announce();
        long now = process.nowNanos();
        for (SimWorker worker : process.workers) {
            Resignation resignation = Objects.requireNonNull(said.get(worker.id)).resignation;
            var others = process.directory.liveOthers(worker.id, now);
            worker.member.cutOff(resignation.due(others, worker.links.cannotReach(), now));
        }
        process.run(LOOK, this::look);
    }

    private void announce() {
        long now = process.nowNanos();
        for (SimWorker worker : process.workers) {
            Said last = Objects.requireNonNull(said.get(worker.id));
            WorkerInfo info = info(worker, ANY);
            if (last.info.isPresent()
                    && last.info.get().equals(info)
                    && now - last.nanos < ANNOUNCE) {
                continue;
            }
            last.info = Optional.of(info);
            last.nanos = now;
            send(worker.id, Optional.of(info(worker, process.wall())));
        }
    }

    void wipe() {
        process.workers.forEach(worker -> send(worker.id, Optional.empty()));
    }

    private WorkerInfo info(SimWorker worker, Instant at) {
        return new WorkerInfo(
                worker.id,
                process.name,
                "key of " + process.name,
                worker.owned(),
                worker.links.reaches(),
                worker.links.cannotReach(),
                ANY,
                at);
    }

    private void send(String id, Optional<WorkerInfo> info) {
        FleetRun run = process.run;
        process.run(
                process.agenda.usually(Agenda.MS / 2, 3 * Agenda.MS, 80 * Agenda.MS),
                () -> {
                    if (!process.reachesBroker()) {
                        return; // said again in two seconds
                    }
                    run.broker.announced.add(new Broker.Announced(id, info));
                    for (SimProcess other : run.processes) {
                        other.run(
                                process.agenda.usually(Agenda.MS, 8 * Agenda.MS, 300 * Agenda.MS),
                                other::follow);
                    }
                });
    }
}
