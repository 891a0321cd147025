package dev.sluice.worker.gate;

import java.time.Duration;

/**
 * What all gates have in common.
 *
 * @param wayMargin how long a request may be on its way to a node before the node counts it
 * @param largestBodyBytes a keeper does not know what an earlier one sent: it reckons with one body
 *     of this size above the pace
 * @param breakerOpen how long a breaker stays open before it lets a few requests try
 */
public record GateSettings(Duration wayMargin, int largestBodyBytes, Duration breakerOpen) {

    public GateSettings {
        if (wayMargin.isNegative() || largestBodyBytes < 0 || !breakerOpen.isPositive()) {
            throw new IllegalArgumentException("out of range");
        }
    }
}
