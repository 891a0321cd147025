package dev.sluice.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A request as it was accepted: what the log holds and a node will receive.
 *
 * @param nonce drawn before the append; with the position it makes the id
 * @param acceptedAt the ingress's clock, for people; ages and deadlines count from the broker's
 *     append time
 * @param method an HTTP method, as it came
 * @param target path and query for the node, beginning with {@code /}
 * @param contentType the body's media type, if the client named one
 * @param deadline after the append time, the request is not started any more; kept in whole
 *     milliseconds
 * @param idempotencyKey the client's key, if it gave one
 * @param headers the client's header fields that are kept, without content type and length
 * @param replayOf where a replayed request came from; empty for one that a client sent
 */
public record RequestEvent(
        Nonce nonce,
        PoolName pool,
        Instant acceptedAt,
        String method,
        String target,
        Optional<String> contentType,
        Optional<Duration> deadline,
        Optional<String> idempotencyKey,
        List<HttpHeader> headers,
        Body body,
        Optional<ReplayOf> replayOf) {

    public RequestEvent {
        if (method.isEmpty()) {
            throw new IllegalArgumentException("no method");
        }
        if (!target.startsWith("/")) {
            throw new IllegalArgumentException("a target begins with /: " + target);
        }
        if (deadline.isPresent() && deadline.get().toMillis() < 1) {
            throw new IllegalArgumentException(
                    "a deadline is a millisecond or more after the append");
        }
        headers = List.copyOf(headers);
    }

    /** A client's request. */
    public RequestEvent(
            Nonce nonce,
            PoolName pool,
            Instant acceptedAt,
            String method,
            String target,
            Optional<String> contentType,
            Optional<Duration> deadline,
            Optional<String> idempotencyKey,
            List<HttpHeader> headers,
            Body body) {
        this(
                nonce,
                pool,
                acceptedAt,
                method,
                target,
                contentType,
                deadline,
                idempotencyKey,
                headers,
                body,
                Optional.empty());
    }
}
