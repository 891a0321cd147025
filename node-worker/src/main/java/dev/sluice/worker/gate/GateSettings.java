package dev.sluice.worker.gate;

import java.time.Duration;

/**
 * What all gates have in common.
 *
 * @param wayMargin how long a request may be on its way to a node before the node counts it
 * @param grantAge a grant that was not written so long after it was made is handed back
 * @param requestTimeout from the grant to the last byte of the answer: a slot that nobody accounts
 *     for stays taken so long
 * @param largestBodyBytes a keeper does not know what an earlier one sent: it reckons with one body
 *     of this size above the pace
 * @param laneWeights shares of the lanes
 * @param breakerOpen how long a breaker stays open before it lets a few requests try
 */
public record GateSettings(
        Duration wayMargin,
        Duration grantAge,
        Duration requestTimeout,
        int largestBodyBytes,
        Duration breakerOpen,
        LaneWeights laneWeights) {

    public GateSettings {
        if (wayMargin.isNegative()
                || !grantAge.isPositive()
                || !requestTimeout.isPositive()
                || largestBodyBytes < 0
                || !breakerOpen.isPositive()) {
            throw new IllegalArgumentException("out of range");
        }
    }

    /** How long after a grant a slot may be taken, if nobody accounts for it. */
    public long slotNanos() {
        return requestTimeout.plus(grantAge).toNanos();
    }

    /** How long after a grant the node may still count what was sent under it. */
    long countsNanos() {
        return SentWindow.WINDOW_NANOS + arrivesNanos();
    }

    /** How long after a grant the request may still arrive at the node. */
    long arrivesNanos() {
        return wayMargin.plus(grantAge).toNanos();
    }
}
