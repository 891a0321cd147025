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
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** One granted request on its way to its node; what becomes of it is posted to the loop. */
final class Sending implements NodeSender.Listener {

    /** Hears, on the loop's thread, how it ended. */
    @FunctionalInterface
    interface Over {
        void over(Pending request, Grant grant, Attempt attempt, AttemptOutcome outcome);
    }

    /**
     * How far it is. It goes from new to written to told, or from new to told: what was told as
     * never written is never written, however long a thread stands still in between.
     */
    private enum State {
        NEW,
        WRITTEN,
        TOLD
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
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
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

    /**
     * Opening a connection takes time, in which the permit or the request may run out, or the loop
     * may have ended it. After a yes it counts as written.
     */
    @Override
    public boolean mayWrite(long nowNanos) {
        Instant now = wall.instant();
        boolean late = request.deadline().filter(at -> !now.isBefore(at)).isPresent();
        started = now;
        return !late && permit.isGood(nowNanos) && state.compareAndSet(State.NEW, State.WRITTEN);
    }

    @Override
    public void written(long atNanos) {
        permit.written(atNanos);
    }

    @Override
    public void ended(AttemptOutcome outcome) {
        if (state.getAndSet(State.TOLD) != State.TOLD) {
            tell(outcome);
        }
    }

    /**
     * Its time is long over, and nobody told its end.
     *
     * @return how it has ended by that; nothing, if it was told in this moment
     */
    Optional<AttemptOutcome> overdue() {
        State before = state.getAndSet(State.TOLD);
        if (before == State.TOLD) {
            return Optional.empty();
        }
        AttemptOutcome outcome =
                before == State.WRITTEN
                        ? new AttemptOutcome.TimedOut()
                        : new AttemptOutcome.Unreachable("no connection in time", false);
        tell(outcome);
        return Optional.of(outcome);
    }

    /** The first end counts: what a library says later, or twice, is of no interest. */
    private void tell(AttemptOutcome outcome) {
        var attempt = new Attempt(grant.node().id(), started, wall.instant(), word(outcome));
        span.ifPresent(begun -> begun.ended(attempt, outcome));
        metrics.attempted(
                request.position().topic(),
                first,
                Instant.ofEpochMilli(request.appendedAtMs()),
                attempt,
                !(outcome instanceof AttemptOutcome.Withheld));
        mailbox.post(() -> over.over(request, grant, attempt, outcome));
    }

    @Override
    public String toString() {
        return "request %s at node %s (grant %d, %s)"
                .formatted(
                        request.id(),
                        grant.node().id(),
                        grant.id(),
                        String.valueOf(state.get()).toLowerCase(Locale.ROOT));
    }

    /** As it stands in the history of the request. */
    static String word(AttemptOutcome outcome) {
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
