package dev.sluice.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * What the latest health check of a node found; an entry of the node-health topic.
 *
 * @param since when it came into this state
 * @param latencyMs how long the check took
 * @param reason what was wrong, or the status of the answer
 * @param intervalMs between two checks: an entry older than three of them is {@link State#UNKNOWN}
 */
public record NodeHealth(
        String node,
        State state,
        Instant checkedAt,
        Instant since,
        long latencyMs,
        String reason,
        long intervalMs) {

    /** Whether a node answers its health check. */
    public enum State {
        HEALTHY,
        UNHEALTHY,
        /** Nobody has checked for a while: usable, attempts decide. */
        UNKNOWN;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public NodeHealth {
        if (intervalMs <= 0 || latencyMs < 0) {
            throw new IllegalArgumentException("interval or latency out of range");
        }
    }

    /** The state at a moment: stale entries say nothing. */
    public State stateAt(Instant now) {
        Duration age = Duration.between(checkedAt, now);
        // as durations: in ms, the times that a record may hold overflow
        boolean stale = age.compareTo(Duration.ofMillis(intervalMs).multipliedBy(3)) > 0;
        return stale ? State.UNKNOWN : state;
    }
}
