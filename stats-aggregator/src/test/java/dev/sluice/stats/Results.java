package dev.sluice.stats;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Results as a worker records them. */
public final class Results {

    private Results() {}

    public static RequestId id(RequestsTopic topic, int shard, long offset) {
        return new RequestId(new Position(topic, shard, offset), new Nonce(offset));
    }

    /** The node answered 200. */
    public static ResultEvent good(
            RequestId id, Instant queuedAt, int requestBytes, Attempt... attempts) {
        return new ResultEvent(
                id,
                Outcome.SUCCEEDED,
                Optional.of(new Answer(200, List.of(), Body.EMPTY)),
                Optional.of(attempts[attempts.length - 1].node()),
                attempts.length,
                List.of(attempts),
                queuedAt,
                attempts[attempts.length - 1].finishedAt(),
                requestBytes,
                Optional.empty(),
                Optional.empty(),
                "w");
    }

    /** There was no good answer. */
    public static ResultEvent bad(
            RequestId id, Outcome outcome, Reason reason, Instant at, Attempt... attempts) {
        return new ResultEvent(
                id,
                outcome,
                Optional.empty(),
                attempts.length == 0
                        ? Optional.empty()
                        : Optional.of(attempts[attempts.length - 1].node()),
                attempts.length,
                List.of(attempts),
                at,
                at,
                10,
                Optional.of(reason),
                Optional.empty(),
                "w");
    }
}
