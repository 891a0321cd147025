package dev.sluice.ingress.queue;

/**
 * When a pool's queue is full.
 *
 * @param maxBytes of all its lanes on disk
 * @param maxDrainSeconds estimated time until its nodes have worked off what is queued
 */
public record QueueLimits(long maxBytes, long maxDrainSeconds) {

    public QueueLimits {
        if (maxBytes < 1 || maxDrainSeconds < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
    }
}
