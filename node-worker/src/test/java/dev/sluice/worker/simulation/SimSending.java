package dev.sluice.worker.simulation;

import dev.sluice.protocol.Attempt;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.Pending;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.keeper.Permit;
import java.time.Instant;

/** One granted request on its way to a node: what {@code NodeSender} and {@code Sending} do. */
final class SimSending {

    private static final long LONG_WRITE = 100 * Agenda.MS;

    /** Hears, on the loop's thread, how it ended. */
    interface Over {
        void over(Pending request, Grant grant, Attempt attempt, AttemptOutcome outcome);
    }

    final SimWorker worker;
    final Pending request;
    final Grant grant;
    private final SimProcess process;
    private final Permit permit;
    private final Over over;
    private Instant started;
    private boolean ended;
    private boolean written;

    SimSending(SimWorker worker, Pending request, Grant grant, Permit permit, Over over) {
        this.worker = worker;
        this.process = worker.process;
        this.request = request;
        this.grant = grant;
        this.permit = permit;
        this.over = over;
        this.started = process.wall();
    }

    void begin() {
        Agenda agenda = process.agenda;
        process.run(agenda.usually(50_000, 2 * Agenda.MS, 1900 * Agenda.MS), this::connected);
        process.run(
                FleetRun.GATES.requestTimeout().toNanos(),
                () ->
                        end(
                                written
                                        ? new AttemptOutcome.TimedOut()
                                        : new AttemptOutcome.Unreachable("no connection", false)));
    }

    private void connected() {
        if (ended) {
            return;
        }
        if (process.run.nodes.refuses(grant.node().id())) {
            end(new AttemptOutcome.Unreachable("refused", false));
            return;
        }
        long now = process.nowNanos();
        started = process.wall();
        if (!permit.isGood(now)) {
            end(new AttemptOutcome.Withheld());
            return;
        }
        process.run.checks.mayWrite(this);
        permit.written(now);
        written = true;
        long stop = process.stopBeforeWrite;
        if (stop > 0) {
            process.stopBeforeWrite = 0;
            process.pause(stop);
            process.run(0, () -> write(true, now));
        } else {
            write(false, now);
        }
    }

    private void write(boolean late, long beganNanos) {
        process.run.checks.writes(this);
        process.run.nodes.write(this, late);
        long now = process.nowNanos();
        if (now - beganNanos > LONG_WRITE) {
            permit.written(now);
        }
    }

    /** The node's answer, or what else there is. */
    void end(AttemptOutcome outcome) {
        if (!ended) {
            ended = true;
            var attempt = new Attempt(grant.node().id(), started, process.wall(), "over");
            worker.post(w -> over.over(request, grant, attempt, outcome));
        }
    }
}
