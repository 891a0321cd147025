package dev.sluice.worker.gate;

import dev.sluice.protocol.Lane;

/**
 * How the lanes share what the nodes take while all have work: by these weights, 1 to 1000 each.
 */
public record LaneWeights(int high, int normal, int low) {

    public static final LaneWeights DEFAULT = new LaneWeights(16, 4, 1);

    private static final int MAX = 1000;

    public LaneWeights {
        if (Math.min(high, Math.min(normal, low)) < 1
                || Math.max(high, Math.max(normal, low)) > MAX) {
            throw new IllegalArgumentException("weights are 1 to " + MAX);
        }
    }

    /** The weight of one lane. */
    public int of(Lane lane) {
        return switch (lane) {
            case HIGH -> high;
            case NORMAL -> normal;
            case LOW -> low;
        };
    }
}
