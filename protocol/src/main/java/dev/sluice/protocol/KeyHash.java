package dev.sluice.protocol;

import java.nio.ByteBuffer;

/**
 * What stands for a client's idempotency key in one pool: 128 bits of the SHA-256 of both.
 *
 * <p>All requests with the key go to one shard, whose owner sends only the first. How it is
 * computed must never change while keys are remembered.
 */
public record KeyHash(long high, long low) {

    public static KeyHash of(PoolName pool, String key) {
        ByteBuffer digest = Digests.of(new byte[0], pool.value(), key);
        return new KeyHash(digest.getLong(), digest.getLong());
    }

    /** The shard that takes all requests with this key. */
    public int shard(int shards) {
        return (int) Math.floorMod(high, (long) shards);
    }

    static KeyHash parse(String text) {
        return new KeyHash(Digests.high(text), Digests.low(text));
    }

    @Override
    public String toString() {
        return Digests.text(high, low);
    }
}
