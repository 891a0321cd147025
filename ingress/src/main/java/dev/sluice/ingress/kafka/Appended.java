package dev.sluice.ingress.kafka;

import dev.sluice.protocol.RequestId;
import java.time.Instant;

/** What became of an append. */
public sealed interface Appended {

    /**
     * The log has it.
     *
     * @param queuedAt the broker's append time
     */
    record Accepted(RequestId id, Instant queuedAt) implements Appended {}

    /** Nothing was sent to the broker. */
    record NotTried(String why) implements Appended {}

    /** It was tried, and nobody can say whether the log has it. */
    record Unknown(String why) implements Appended {}
}
