package dev.sluice.ingress.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.ingress.kafka.Found;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A request's state, as JSON.
 *
 * @param priority the lane
 * @param startedAt when the last attempt was written to its node
 * @param waitMs from acceptance to that
 * @param serviceMs from that to the end
 * @param attempts in all; the history may be shorter
 * @param replayOf the request of the log that this one is a replay of
 * @param sameAs the first request with the idempotency key, whose state this is in all but the id
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record StatusView(
        String id,
        Optional<String> sameAs,
        Optional<String> replayOf,
        String pool,
        String priority,
        String status,
        Instant queuedAt,
        Optional<Instant> expiresAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Optional<Long> waitMs,
        Optional<Long> serviceMs,
        Optional<String> node,
        int attempts,
        List<Attempt> attemptHistory,
        Optional<Integer> httpStatus,
        Optional<String> reason,
        Optional<String> detail) {

    static StatusView of(ResultEvent result) {
        RequestId id = result.request();
        Optional<Instant> started = result.startedAt();
        return new StatusView(
                id.toString(),
                Optional.empty(),
                result.replayOf().map(RequestId::toString),
                id.position().topic().pool().value(),
                id.position().topic().lane().text(),
                result.outcome().text(),
                result.queuedAt(),
                Optional.empty(),
                started,
                Optional.of(result.finishedAt()),
                started.map(at -> millis(result.queuedAt(), at)),
                started.map(at -> millis(at, result.finishedAt())),
                result.node(),
                result.attemptCount(),
                result.attempts(),
                result.answer().map(Answer::status),
                result.reason().map(Reason::text),
                result.detail());
    }

    static StatusView of(RequestId id, Found.Queued queued, Instant now) {
        boolean expired = queued.hasExpired(now);
        return new StatusView(
                id.toString(),
                Optional.empty(),
                queued.replayOf().map(RequestId::toString),
                id.position().topic().pool().value(),
                id.position().topic().lane().text(),
                expired ? "expired" : "queued",
                queued.queuedAt(),
                queued.expiresAt(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                List.of(),
                Optional.empty(),
                expired ? Optional.of(Reason.DEADLINE_PASSED.text()) : Optional.empty(),
                Optional.empty());
    }

    /** The same under the id of a duplicate. */
    StatusView seenAs(RequestId duplicate) {
        return new StatusView(
                duplicate.toString(),
                Optional.of(id),
                replayOf,
                pool,
                priority,
                status,
                queuedAt,
                expiresAt,
                startedAt,
                finishedAt,
                waitMs,
                serviceMs,
                node,
                attempts,
                attemptHistory,
                httpStatus,
                reason,
                detail);
    }

    /** Clocks of several machines: never below 0. */
    private static long millis(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis());
    }
}
