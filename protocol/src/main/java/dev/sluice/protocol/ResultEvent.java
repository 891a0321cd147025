package dev.sluice.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How one request ended. The first one in the log for a request is <em>the</em> result.
 *
 * @param answer the node's final answer, whatever its status; empty where it never gave one
 * @param node the node of the last attempt
 * @param attemptCount attempts made in all, also those no longer in the list
 * @param attempts the history, see {@link Attempt#MAX_KEPT}
 * @param queuedAt the broker's append time of the request
 * @param requestBytes size of the request's body
 * @param reason why it did not succeed; present unless it succeeded
 * @param detail the reason in a sentence, for people
 * @param worker the worker that recorded it
 * @param replayOf the request that this one was a replay of, so that a look-up can say so
 */
public record ResultEvent(
        RequestId request,
        Outcome outcome,
        Optional<Answer> answer,
        Optional<String> node,
        int attemptCount,
        List<Attempt> attempts,
        Instant queuedAt,
        Instant finishedAt,
        int requestBytes,
        Optional<Reason> reason,
        Optional<String> detail,
        String worker,
        Optional<RequestId> replayOf)
        implements Ending {

    public ResultEvent {
        attempts = List.copyOf(attempts);
        if ((outcome == Outcome.SUCCEEDED) == reason.isPresent()) {
            throw new IllegalArgumentException("a reason stands with each failure and no success");
        }
        if (outcome == Outcome.SUCCEEDED && answer.isEmpty()) {
            throw new IllegalArgumentException("no success without an answer");
        }
        if (attemptCount < attempts.size() || requestBytes < 0) {
            throw new IllegalArgumentException("attempts or bytes do not add up");
        }
    }

    /** The result of a client's request. */
    public ResultEvent(
            RequestId request,
            Outcome outcome,
            Optional<Answer> answer,
            Optional<String> node,
            int attemptCount,
            List<Attempt> attempts,
            Instant queuedAt,
            Instant finishedAt,
            int requestBytes,
            Optional<Reason> reason,
            Optional<String> detail,
            String worker) {
        this(
                request,
                outcome,
                answer,
                node,
                attemptCount,
                attempts,
                queuedAt,
                finishedAt,
                requestBytes,
                reason,
                detail,
                worker,
                Optional.empty());
    }

    /** When the last attempt was written to its node. */
    public Optional<Instant> startedAt() {
        return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast().startedAt());
    }

    /** The node's body; empty where there is no answer. */
    public Body body() {
        return answer.map(Answer::body).orElse(Body.EMPTY);
    }
}
