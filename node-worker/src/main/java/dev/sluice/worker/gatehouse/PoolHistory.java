package dev.sluice.worker.gatehouse;

import dev.sluice.worker.gate.NodeHistory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pool's keeper tells its workers of what it knows, so that they can tell the next keeper.
 *
 * @param full whether it stands alone, or only says what is new
 * @param asOfNanos it is complete up to this moment, by the clock of whoever holds it
 * @param doubtNanos the moment may have been so much earlier: clocks of two machines were compared
 * @param inFlight how many requests each worker has at each node
 */
public record PoolHistory(
        boolean full,
        long asOfNanos,
        long doubtNanos,
        List<NodeHistory> nodes,
        Map<String, Map<String, Integer>> inFlight) {

    public PoolHistory {
        nodes = List.copyOf(nodes);
        inFlight = Map.copyOf(inFlight);
        if (doubtNanos < 0) {
            throw new IllegalArgumentException("doubt below 0");
        }
    }

    /** This one, with what came after it. */
    public PoolHistory followedBy(PoolHistory later) {
        if (later.full) {
            return later;
        }
        var known = new HashMap<String, NodeHistory>();
        nodes.forEach(node -> known.put(node.node(), node));
        for (NodeHistory node : later.nodes) {
            known.merge(node.node(), node, (old, next) -> old.followedBy(next, later.asOfNanos));
        }
        return new PoolHistory(
                full,
                later.asOfNanos,
                later.doubtNanos,
                List.copyOf(known.values()),
                later.inFlight);
    }

    /** The same, complete up to a moment before. */
    public PoolHistory completeUntil(long nanos) {
        return new PoolHistory(full, nanos, doubtNanos, nodes, inFlight);
    }

    /**
     * The same by another clock.
     *
     * @param byNanos that clock shows so much more, at the most
     * @param moreDoubtNanos it may show so much less than that
     */
    public PoolHistory shifted(long byNanos, long moreDoubtNanos) {
        return new PoolHistory(
                full,
                asOfNanos + byNanos,
                doubtNanos + moreDoubtNanos,
                nodes.stream().map(node -> node.shifted(byNanos)).toList(),
                inFlight);
    }
}
