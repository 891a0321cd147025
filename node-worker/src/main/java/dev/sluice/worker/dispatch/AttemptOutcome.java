package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Answer;
import java.time.Duration;
import java.util.Optional;

/** How one attempt ended. */
public sealed interface AttemptOutcome {

    /** The node answered. */
    record Delivered(Answer answer) implements AttemptOutcome {}

    /** The node answered that it is too busy, and perhaps for how long. */
    record Throttled(Answer answer, Optional<Duration> retryAfter) implements AttemptOutcome {}

    /** No complete answer within the time limit. */
    record TimedOut() implements AttemptOutcome {}

    /**
     * No connection, or it broke.
     *
     * @param written whether the node may have seen the request
     */
    record Unreachable(String why, boolean written) implements AttemptOutcome {}

    /** It was not written: the grant had run out, the worker's lease, or the request's time. */
    record Withheld() implements AttemptOutcome {}

    /** The answer, or what stands around it, is larger than the limit. */
    record TooLarge(String why) implements AttemptOutcome {}

    /** What came back is not HTTP, or broke off in the middle of a head. */
    record Garbled(String why) implements AttemptOutcome {}
}
