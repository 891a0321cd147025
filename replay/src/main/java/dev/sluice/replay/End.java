package dev.sluice.replay;

import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.ResultHead;
import java.util.Locale;
import java.util.Optional;

/**
 * How a request ended by its first result in the log, as far as a selection asks.
 *
 * @param status of the node's final answer; empty where it never gave one
 * @param node of the last attempt
 * @param attempts made in all
 */
public record End(
        Kind kind,
        Optional<Integer> status,
        Optional<Reason> reason,
        Optional<String> node,
        int attempts) {

    /** The words for it. */
    public enum Kind {
        SUCCEEDED,
        FAILED,
        EXPIRED,
        /** Never sent: an earlier request under its idempotency key stands for it. */
        DUPLICATE,
        /** It has no result yet. */
        PENDING;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of a request without a result. */
    public static final End PENDING = without(Kind.PENDING);

    /** Of a request that another one stands for. */
    public static final End DUPLICATE = without(Kind.DUPLICATE);

    public static End of(ResultHead result) {
        return new End(
                kind(result.outcome()),
                result.status(),
                result.reason(),
                result.attempts().isEmpty()
                        ? Optional.empty()
                        : Optional.of(result.attempts().getLast().node()),
                result.attemptCount());
    }

    private static End without(Kind kind) {
        return new End(kind, Optional.empty(), Optional.empty(), Optional.empty(), 0);
    }

    private static Kind kind(Outcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> Kind.SUCCEEDED;
            case FAILED -> Kind.FAILED;
            case EXPIRED -> Kind.EXPIRED;
        };
    }
}
