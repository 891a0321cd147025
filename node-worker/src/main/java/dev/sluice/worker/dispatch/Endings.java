package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.ReplayOf;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.worker.gate.Gate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How requests end: the results that a worker records, and when it does. */
final class Endings {

    /** What follows from an attempt. */
    sealed interface Step {

        /** It is over, with this result. */
        record Over(ResultEvent result) implements Step {}

        /** It goes again, not before so many nanoseconds. */
        record TryAgain(long waitNanos) implements Step {}
    }

    private final String worker;
    private final RetryPolicy policy;

    Endings(String worker, RetryPolicy policy) {
        this.worker = worker;
        this.policy = policy;
    }

    Step attempted(
            Pending request, Attempt attempt, AttemptOutcome outcome, double random, long nowMs) {
        if (outcome instanceof AttemptOutcome.Withheld) {
            return new Step.TryAgain(0); // no attempt was made
        }
        request.attempted(attempt, RetryPolicy.counts(outcome));
        return switch (policy.decide(outcome, request.counted(), request.made(), random)) {
            case RetryPolicy.Decision.End end ->
                    new Step.Over(
                            result(
                                    request,
                                    end.outcome(),
                                    end.answer(),
                                    end.reason(),
                                    end.detail(),
                                    nowMs));
            case RetryPolicy.Decision.Again again -> {
                if (again.avoid()) {
                    request.avoid(attempt.node());
                }
                yield new Step.TryAgain(again.pause().toNanos());
            }
        };
    }

    ResultEvent expired(Pending request, long nowMs) {
        String step = request.made() == 0 ? "started" : "sent again";
        return result(
                request,
                Outcome.EXPIRED,
                Optional.empty(),
                Optional.of(Reason.DEADLINE_PASSED),
                Optional.of("the deadline passed before the request was " + step),
                nowMs);
    }

    ResultEvent tooLargeForPool(Pending request, long nowMs) {
        return result(
                request,
                Outcome.FAILED,
                Optional.empty(),
                Optional.of(Reason.TOO_LARGE_FOR_POOL),
                Optional.of(
                        "the body of %d bytes is larger than the bytes per minute of every node"
                                .formatted(request.event().body().size())),
                nowMs);
    }

    /** Its key came before with another request, whose id is not for whoever sent this one. */
    ResultEvent keyReused(Pending request, long nowMs) {
        return result(
                request,
                Outcome.FAILED,
                Optional.empty(),
                Optional.of(Reason.IDEMPOTENCY_KEY_REUSED),
                Optional.of(
                        "the Idempotency-Key came before with another method, path, content type"
                                + " or body; this request was not sent"),
                nowMs);
    }

    Duplicate duplicate(Pending request, RequestId first, long nowMs) {
        return new Duplicate(
                request.id(),
                first,
                Instant.ofEpochMilli(request.appendedAtMs()),
                Instant.ofEpochMilli(nowMs),
                worker);
    }

    ResultEvent unreadable(
            Position position, long appendedAtMs, int bytes, String why, long nowMs) {
        return new ResultEvent(
                // nobody was given an id for it
                new RequestId(position, new Nonce(0)),
                Outcome.FAILED,
                Optional.empty(),
                Optional.empty(),
                0,
                List.of(),
                Instant.ofEpochMilli(appendedAtMs),
                Instant.ofEpochMilli(nowMs),
                bytes,
                Optional.of(Reason.UNREADABLE),
                Optional.of(why),
                worker);
    }

    /** What the gate learns from an outcome. */
    static Gate.Ending gateEnding(AttemptOutcome outcome) {
        return switch (outcome) {
            case AttemptOutcome.Unreachable(String why, boolean written) ->
                    written ? Gate.Ending.NO_ANSWER : Gate.Ending.REFUSED;
            case AttemptOutcome.TimedOut t -> Gate.Ending.NO_ANSWER;
            case AttemptOutcome.Withheld w -> Gate.Ending.UNSENT;
            default -> Gate.Ending.ANSWERED;
        };
    }

    private ResultEvent result(
            Pending request,
            Outcome outcome,
            Optional<Answer> answer,
            Optional<Reason> reason,
            Optional<String> detail,
            long nowMs) {
        List<Attempt> attempts = request.attempts();
        return new ResultEvent(
                request.id(),
                outcome,
                answer,
                attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast().node()),
                request.made(),
                attempts,
                Instant.ofEpochMilli(request.appendedAtMs()),
                end(attempts, nowMs),
                request.event().body().size(),
                reason,
                detail,
                worker,
                request.event().replayOf().map(ReplayOf::original));
    }

    /** Attempts are timed more finely than the dispatch is told the time. */
    private static Instant end(List<Attempt> attempts, long nowMs) {
        Instant now = Instant.ofEpochMilli(nowMs);
        return !attempts.isEmpty() && attempts.getLast().finishedAt().isAfter(now)
                ? attempts.getLast().finishedAt()
                : now;
    }
}
