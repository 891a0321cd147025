package dev.sluice.monitor.health;

import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeHealth.State;
import java.time.Instant;

/**
 * A node's state as its checks add up to it.
 *
 * @param since when it came into this state
 * @param against results in a row that speak against the state, fewer than would change it
 */
record Verdict(State state, Instant since, int against) {

    /** A node that nothing is known of is what its first check says. */
    static Verdict first(boolean good, Instant at) {
        return new Verdict(stateOf(good), at, 0);
    }

    /**
     * The first check by us of a node that was checked before, by us or by another monitor. A
     * record too old to say anything gives way to the first result, yet keeps its time when that
     * one agrees.
     */
    static Verdict resume(NodeHealth known, boolean good, Instant at, CheckRules rules) {
        boolean stale = known.stateAt(at) == State.UNKNOWN;
        return stale && known.state() != stateOf(good)
                ? first(good, at)
                : new Verdict(known.state(), known.since(), 0).next(good, at, rules);
    }

    Verdict next(boolean good, Instant at, CheckRules rules) {
        if (stateOf(good) == state) {
            return new Verdict(state, since, 0);
        }
        int needed = good ? rules.healthyAfter() : rules.unhealthyAfter();
        return against + 1 >= needed ? first(good, at) : new Verdict(state, since, against + 1);
    }

    private static State stateOf(boolean good) {
        return good ? State.HEALTHY : State.UNHEALTHY;
    }
}
