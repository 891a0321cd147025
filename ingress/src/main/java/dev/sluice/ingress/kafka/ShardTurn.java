package dev.sluice.ingress.kafka;

/**
 * The spread of requests over the shards: all in turn, and those of a burst together.
 *
 * <p>What comes within a moment goes to one shard, so that it makes one batch in the log and in
 * each read of it; one at a time, requests go to one shard after another.
 */
final class ShardTurn {

    // long enough for a batch at some thousand requests a second; after 12 shards of it, 60 ms,
    // each shard has had its part
    private static final long MOMENT_NANOS = 5_000_000;
    // no shard gets much ahead, however many come
    private static final int TOGETHER_MAX = 32;

    private final int shards;
    private int shard;
    private int taken;
    private long untilNanos;

    /**
     * A spread.
     *
     * @param first the shard before the first; random, so that several ingresses do not go in step
     */
    ShardTurn(int shards, int first, long nowNanos) {
        this.shards = shards;
        this.shard = Math.floorMod(first, shards);
        this.untilNanos = nowNanos;
    }

    /** The shard of the next request. */
    synchronized int next(long nowNanos) {
        if (taken >= TOGETHER_MAX || untilNanos - nowNanos <= 0) {
            shard = (shard + 1) % shards;
            taken = 0;
            untilNanos = nowNanos + MOMENT_NANOS;
        }
        taken++;
        return shard;
    }
}
