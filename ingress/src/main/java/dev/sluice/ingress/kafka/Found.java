package dev.sluice.ingress.kafka;

import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultEvent;
import java.time.Instant;
import java.util.Optional;

/** What is known of a request that somebody asks for. */
public sealed interface Found {

    /** It has its result. */
    record Finished(ResultEvent result) implements Found {}

    /** It is a duplicate: what is known of the first one is known of it. */
    record SameAs(RequestId first) implements Found {}

    /**
     * It is in the log and has no result yet.
     *
     * @param queuedAt the broker's append time
     * @param expiresAt after this it is not started any more
     * @param replayOf what it is a replay of
     */
    record Queued(Instant queuedAt, Optional<Instant> expiresAt, Optional<RequestId> replayOf)
            implements Found {

        public boolean hasExpired(Instant now) {
            return expiresAt.filter(now::isAfter).isPresent();
        }
    }

    /** No such request was ever accepted. */
    record Unknown() implements Found {}

    /** It is done and no longer kept. */
    record Trimmed() implements Found {}

    /** The broker does not answer. */
    record Unreachable(String why) implements Found {}

    /** It is done; its result was not found in time, the next look-up goes on from there. */
    record OutOfTime() implements Found {}

    /** What an ending says. */
    static Found of(Ending ending) {
        return switch (ending) {
            case ResultEvent result -> new Finished(result);
            case Duplicate duplicate -> new SameAs(duplicate.first());
        };
    }
}
