package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.TicketId;
import java.time.Duration;
import java.util.Optional;

/** What becomes of tickets: grants, sends, and the answers of nodes. */
final class Sends {

    private final Requests requests;
    private final Waiting waiting;
    private final Lanes lanes;
    private final Endings endings;
    private final Actions actions;

    Sends(Requests requests, Waiting waiting, Lanes lanes, Endings endings, Actions actions) {
        this.requests = requests;
        this.waiting = waiting;
        this.lanes = lanes;
        this.endings = endings;
        this.actions = actions;
    }

    void granted(Grant grant, long nowMs) {
        Optional<Pending> found = ticketed(grant.ticket());
        if (found.isEmpty()) {
            // withdrawn while the grant was on its way
            actions.end(grant.node().pool(), grant, Gate.Ending.UNSENT);
            return;
        }
        Pending request = found.get();
        if (Waiting.isLate(request, nowMs)) {
            // its timer goes off in this moment, and never is it sent late
            actions.end(grant.node().pool(), grant, Gate.Ending.UNSENT);
            over(request, endings.expired(request, nowMs));
            return;
        }
        lanes.leave(request, true);
        request.become(Pending.State.IN_FLIGHT);
        requests.noTimer(request); // it is started: its deadline does not matter any more
        actions.send(request, grant);
        lanes.fill(request.position().topic());
    }

    /** The gatehouse says that no node of the pool will ever take this body. */
    void refused(TicketId ticket, long nowMs) {
        ticketed(ticket)
                .ifPresent(request -> over(request, endings.tooLargeForPool(request, nowMs)));
    }

    /** An attempt is over; see {@link Dispatch#ended}. */
    boolean ended(
            Pending request,
            Grant grant,
            Attempt attempt,
            AttemptOutcome outcome,
            double random,
            long nowNanos,
            long nowMs) {
        actions.end(request.event().pool(), grant, Endings.gateEnding(outcome));
        if (outcome instanceof AttemptOutcome.Throttled throttled) {
            Duration wait = throttled.retryAfter().orElse(RetryPolicy.DEFAULT_RETRY_AFTER);
            actions.close(
                    request.event().pool(),
                    grant.node().id(),
                    Duration.ofNanos(Waiting.nanos(wait)));
        }
        if (request.state() != Pending.State.IN_FLIGHT) {
            return false; // somebody else's result came first
        }
        return switch (endings.attempted(request, attempt, outcome, random, nowMs)) {
            case Endings.Step.Over(ResultEvent result) -> {
                requests.forget(request);
                actions.append(request, result);
                yield false;
            }
            case Endings.Step.TryAgain(long waitNanos) -> {
                if (!requests.ours(request)) {
                    requests.forget(request);
                    yield true;
                }
                if (waitNanos > 0) {
                    waiting.park(request, nowNanos + waitNanos);
                } else {
                    waiting.ready(request, nowNanos, nowMs);
                }
                yield false;
            }
        };
    }

    /** It ends with this result; the gatehouse has dropped its ticket. */
    private void over(Pending request, ResultEvent result) {
        requests.drop(request, true);
        actions.append(request, result);
        lanes.fill(request.position().topic());
    }

    private Optional<Pending> ticketed(TicketId ticket) {
        return requests.find(ticket.number(), Pending.State.TICKETED);
    }
}
