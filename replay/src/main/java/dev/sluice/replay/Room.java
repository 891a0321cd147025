package dev.sluice.replay;

/**
 * How much of a pool's queue a replay may fill: half of what the ingress allows, so that live
 * requests always find the other half.
 *
 * @param maxBytes of all lanes on disk, as the ingress's {@code queue.max-bytes}
 * @param maxDrainSeconds of all lanes, as the ingress's {@code queue.max-drain-seconds}
 */
public record Room(long maxBytes, long maxDrainSeconds) {

    private static final int SHARE = 2;
    private static final double SECONDS = 60;

    public Room {
        if (maxBytes < 1 || maxDrainSeconds < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
    }

    /**
     * Whether one more request may be appended.
     *
     * @param queued requests of the pool without a result, over all lanes
     * @param queuedBytes of those on disk
     * @param rpm of the pool's nodes together
     */
    public boolean has(long queued, long queuedBytes, int bodyBytes, long rpm) {
        return queuedBytes + bodyBytes <= maxBytes / SHARE
                && queued * SECONDS / rpm <= (double) maxDrainSeconds / SHARE;
    }
}
