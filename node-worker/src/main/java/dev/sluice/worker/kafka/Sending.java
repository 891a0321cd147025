package dev.sluice.worker.kafka;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.Pending;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.http.NodeSender;
import dev.sluice.worker.keeper.Permit;
import dev.sluice.worker.metrics.LoopMetrics;
import dev.sluice.worker.trace.AttemptSpan;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One granted request on its way to its node; what becomes of it is posted to the loop. */
final class Sending implements NodeSender.Listener {

    /** Hears, on the loop's thread, how it ended. */
    @FunctionalInterface
    interface Over {
        void over(Pending request, Grant grant, Attempt attempt, AttemptOutcome outcome);
    }

    private final Pending request;
    private final Grant grant;
    private final Permit permit;
    private final Optional<AttemptSpan> span;
    private final Mailbox mailbox;
    private final InstantSource wall;
    private final LoopMetrics metrics;
    private final Over over;
    private final boolean first;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile boolean written;
    private volatile Instant started;

    Sending(
            Pending request,
            Grant grant,
            Permit permit,
            Optional<AttemptSpan> span,
            Mailbox mailbox,
            InstantSource wall,
            LoopMetrics metrics,
            Over over) {
        this.request = request;
        this.grant = grant;
        this.permit = permit;
        this.span = span;
        this.mailbox = mailbox;
        this.wall = wall;
        this.metrics = metrics;
        this.over = over;
        this.first = request.attempt() == 1; // asked here, on the loop's thread
        this.started = wall.instant();
    }

    @Override
    public List<HttpHeader> trace() {
        return span.map(AttemptSpan::fields).orElse(List.of());
    }

    /** Opening a connection takes time, in which the permit or the request may run out. */
    @Override
    public boolean mayWrite(long nowNanos) {
        started = wall.instant();
        boolean late = request.deadline().filter(at -> !started.isBefore(at)).isPresent();
        return !late && permit.isGood(nowNanos);
    }

    @Override
    public void written(long atNanos) {
        written = true;
        permit.written(atNanos);
    }

    @Override
    public void ended(AttemptOutcome outcome) {
        end(outcome);
    }

    /**
     * Its time is long over, and nobody told its end.
     *
     * @return whether that is its end; else it was told in this moment
     */
    boolean overdue() {
        return end(
                written
                        ? new AttemptOutcome.TimedOut()
                        : new AttemptOutcome.Unreachable("no connection in time", false));
    }

    /** The first end counts: what a library says later, or twice, is of no interest. */
    private boolean end(AttemptOutcome outcome) {
        if (!told.compareAndSet(false, true)) {
            return false;
        }
        var attempt = new Attempt(grant.node().id(), started, wall.instant(), word(outcome));
        span.ifPresent(begun -> begun.ended(attempt, outcome));
        metrics.attempted(
                request.position().topic(),
                first,
                Instant.ofEpochMilli(request.appendedAtMs()),
                attempt,
                !(outcome instanceof AttemptOutcome.Withheld));
        mailbox.post(() -> over.over(request, grant, attempt, outcome));
        return true;
    }

    @Override
    public String toString() {
        return "request %s at node %s (grant %d, %s)"
                .formatted(
                        request.id(),
                        grant.node().id(),
                        grant.id(),
                        written ? "written" : "not written");
    }

    private static String word(AttemptOutcome outcome) {
        return switch (outcome) {
            case AttemptOutcome.Delivered d -> Integer.toString(d.answer().status());
            case AttemptOutcome.Throttled t -> Integer.toString(t.answer().status());
            case AttemptOutcome.TimedOut t -> "timeout";
            case AttemptOutcome.Unreachable u ->
                    u.written() ? "connection_lost" : Attempt.NO_CONNECTION;
            case AttemptOutcome.TooLarge t -> "response_too_large";
            case AttemptOutcome.Garbled g -> "bad_response";
            case AttemptOutcome.Withheld w -> "withheld";
        };
    }
}
