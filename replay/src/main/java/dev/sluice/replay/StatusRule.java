package dev.sluice.replay;

import dev.sluice.protocol.Reason;
import java.util.Optional;

/** One word of a selection by how requests ended. */
public sealed interface StatusRule {

    /** What may be typed, for help and error messages. */
    String RULE =
            "succeeded, failed, expired or pending, a status such as 503, a class such as 5xx,"
                    + " or a reason such as timeout";

    /** Whether a request that ended so is meant. */
    boolean matches(End end);

    /** By the outcome. */
    record OfKind(End.Kind kind) implements StatusRule {
        @Override
        public boolean matches(End end) {
            return end.kind() == kind;
        }
    }

    /** By the status of the node's answer, from {@code low} to {@code high}. */
    record OfStatus(int low, int high) implements StatusRule {
        @Override
        public boolean matches(End end) {
            return end.status().filter(status -> status >= low && status <= high).isPresent();
        }
    }

    /** By the reason of a failure. */
    record OfReason(Reason reason) implements StatusRule {
        @Override
        public boolean matches(End end) {
            return end.reason().filter(reason::equals).isPresent();
        }
    }

    /** The rule that this text is; empty when it is none. */
    static Optional<StatusRule> parse(String text) {
        if (text.matches("[1-9]xx")) {
            int low = (text.charAt(0) - '0') * 100;
            return Optional.of(new OfStatus(low, low + 99));
        }
        if (text.matches("[1-9][0-9][0-9]")) {
            int status = Integer.parseInt(text);
            return Optional.of(new OfStatus(status, status));
        }
        for (End.Kind kind : End.Kind.values()) {
            // duplicates were never sent, so they are never sent again
            if (kind != End.Kind.DUPLICATE && kind.text().equals(text)) {
                return Optional.of(new OfKind(kind));
            }
        }
        for (Reason reason : Reason.values()) {
            if (reason.text().equals(text)) {
                return Optional.of(new OfReason(reason));
            }
        }
        return Optional.empty();
    }
}
