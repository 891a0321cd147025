package dev.sluice.worker.gatehouse;

import dev.sluice.protocol.Lane;
import dev.sluice.worker.gate.LaneWeights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Whose turn it is among the lanes: each gets its weight while it has tickets (stride scheduling,
 * Waldspurger and Weihl 1995). A lane that was idle comes in at the present turn, and of two lanes
 * with the same turn the higher goes first; so a high request overtakes any backlog at once, and no
 * lane starves.
 */
final class LaneShares {

    private final LaneWeights weights;
    private final Map<Lane, Double> turns = new EnumMap<>(Lane.class);
    private double present;

    LaneShares(LaneWeights weights) {
        this.weights = weights;
    }

    /** These lanes in the order in which they are to be asked. */
    List<Lane> order(List<Lane> waiting) {
        var order = new ArrayList<>(waiting);
        order.sort(Comparator.comparingDouble(this::turn).thenComparing(lane -> lane));
        return order;
    }

    /** This lane had its turn. */
    void taken(Lane lane) {
        double turn = turn(lane);
        present = Math.max(present, turn);
        turns.put(lane, turn + 1.0 / weights.of(lane));
    }

    private double turn(Lane lane) {
        return Math.max(present, turns.getOrDefault(lane, 0.0));
    }
}
