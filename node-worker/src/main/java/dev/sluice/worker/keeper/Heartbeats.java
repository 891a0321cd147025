package dev.sluice.worker.keeper;

import java.util.OptionalLong;

/**
 * When the group heard of a member, judged by how many of its heartbeats were answered.
 *
 * <p>The client sends a heartbeat only after the one before was answered. So the latest answered
 * one was sent, and heard, after the last look at which the one before it was not answered yet.
 * Belongs to one thread.
 */
public final class Heartbeats {

    private double total;
    private long lookedNanos;
    private long afterNanos; // the latest answer came after this

    /** No heartbeat was sent before this moment. */
    public Heartbeats(long nowNanos) {
        lookedNanos = nowNanos;
        afterNanos = nowNanos;
    }

    /**
     * Takes in how many were answered until now.
     *
     * @return since when the group is known to have heard of the member, if there is news
     */
    public OptionalLong answered(double newTotal, long nowNanos) {
        OptionalLong heard = OptionalLong.empty();
        if (newTotal > total) {
            heard = OptionalLong.of(newTotal - total >= 2 ? lookedNanos : afterNanos);
            afterNanos = lookedNanos;
            total = newTotal;
        }
        lookedNanos = nowNanos;
        return heard;
    }
}
