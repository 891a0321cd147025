package dev.sluice.worker.keeper;

import java.util.OptionalLong;

/**
 * When the group heard of a member, judged by how many of its heartbeats were answered.
 *
 * <p>The client sends a heartbeat only after the one before was answered. So the latest answered
 * one was sent, and heard, after the last look at which the one before it was not answered yet.
 *
 * <p>An answer need not be a good one: after a silence it may say that the group has given the
 * member up, and the client counts that, too, before it tells anybody. Such a member sends nothing
 * more until it has let everything go. So an answer proves something only if the group had heard of
 * the member a short time before. Belongs to one thread.
 */
public final class Heartbeats {

    private final long silenceNanos;
    private double total;
    private long lookedNanos;
    private long afterNanos; // the latest answer came after this
    private OptionalLong heardNanos = OptionalLong.empty(); // the latest, or later

    /**
     * No heartbeat was sent before now.
     *
     * @param silenceNanos the group gives up nobody whom it heard of less than this ago
     */
    public Heartbeats(long silenceNanos, long nowNanos) {
        this.silenceNanos = silenceNanos;
        lookedNanos = nowNanos;
        afterNanos = nowNanos;
    }

    /**
     * Takes in how many were answered until now.
     *
     * @return since when the group is known to have heard of the member, if there is news
     */
    public OptionalLong answered(double newTotal, long nowNanos) {
        OptionalLong proven = OptionalLong.empty();
        if (newTotal > total) {
            long heard = newTotal - total >= 2 ? lookedNanos : afterNanos;
            if (heardNanos.isPresent() && nowNanos - heardNanos.getAsLong() < silenceNanos) {
                proven = OptionalLong.of(heard);
            }
            heardNanos = OptionalLong.of(heard);
            afterNanos = lookedNanos;
            total = newTotal;
        }
        lookedNanos = nowNanos;
        return proven;
    }
}
