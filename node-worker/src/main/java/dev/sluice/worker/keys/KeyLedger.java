package dev.sluice.worker.keys;

import dev.sluice.protocol.Fingerprint;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.KeyHash;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The first request of each idempotency key in the shards of one worker, as the claims in the log
 * say, read in order: the first claim counts until the key's time is over.
 *
 * <p>At its bound the oldest key of all is forgotten. Not safe for use by several threads.
 */
public final class KeyLedger {

    /** The request that came first, and what it looked like. */
    public record First(RequestId id, Fingerprint fingerprint) {}

    /** A claim, in few objects: there may be a million. */
    private record Known(
            RequestsTopic topic,
            long offset,
            long nonce,
            long fingerprintHigh,
            long fingerprintLow,
            long claimedAtMs) {}

    private final int max;
    private final long timeMs;
    // of each shard in the order of its log
    private final Map<Integer, SequencedMap<KeyHash, Known>> shards = new HashMap<>();
    private final Map<RequestsTopic, RequestsTopic> topics = new HashMap<>(); // one object of each
    private int size;
    private long forgotten;

    public KeyLedger(KeyBounds bounds) {
        this.max = bounds.max();
        this.timeMs = bounds.time().toMillis();
    }

    /**
     * Takes the next claim of a shard.
     *
     * @param claimedAtMs the broker's append time of the claim
     * @return who has the key now: this one, or one that came before
     */
    public First claimed(int shard, KeyClaim claim, long claimedAtMs) {
        var keys = shards.computeIfAbsent(shard, s -> new LinkedHashMap<>());
        dropOver(keys, claimedAtMs);
        Known before = keys.get(claim.key());
        if (before != null && !isOver(before, claimedAtMs)) {
            return first(shard, before);
        }
        if (before != null) {
            keys.remove(claim.key()); // so that the new one goes to the end
            size--;
        }
        keys.put(claim.key(), known(claim, claimedAtMs));
        size++;
        if (size > max) {
            forgetOldest(claimedAtMs);
        }
        return new First(claim.first(), claim.fingerprint());
    }

    /** Who has this key now, as far as the claims have been read. */
    public Optional<First> find(int shard, KeyHash key, long nowMs) {
        var keys = shards.get(shard);
        return Optional.ofNullable(keys == null ? null : keys.get(key))
                .filter(known -> !isOver(known, nowMs))
                .map(known -> first(shard, known));
    }

    /** The shard is another's. */
    public void release(int shard) {
        var keys = shards.remove(shard);
        if (keys != null) {
            size -= keys.size();
        }
    }

    /** Keys that are remembered. */
    public int size() {
        return size;
    }

    /** Keys that made room for others before their time was over. */
    public long forgotten() {
        return forgotten;
    }

    private void dropOver(SequencedMap<KeyHash, Known> keys, long nowMs) {
        for (var oldest = keys.firstEntry();
                oldest != null && isOver(oldest.getValue(), nowMs);
                oldest = keys.firstEntry()) {
            keys.pollFirstEntry();
            size--;
        }
    }

    private void forgetOldest(long nowMs) {
        SequencedMap<KeyHash, Known> oldest = null;
        long oldestAtMs = Long.MAX_VALUE;
        for (var keys : shards.values()) {
            var entry = keys.firstEntry();
            if (entry != null && entry.getValue().claimedAtMs < oldestAtMs) {
                oldest = keys;
                oldestAtMs = entry.getValue().claimedAtMs;
            }
        }
        if (oldest == null) {
            throw new IllegalStateException("nothing to forget among " + size);
        }
        Known gone = oldest.pollFirstEntry().getValue();
        size--;
        if (!isOver(gone, nowMs)) {
            forgotten++;
        }
    }

    private boolean isOver(Known known, long nowMs) {
        return nowMs - known.claimedAtMs > timeMs;
    }

    private Known known(KeyClaim claim, long claimedAtMs) {
        Position position = claim.first().position();
        RequestsTopic topic = topics.computeIfAbsent(position.topic(), t -> t);
        return new Known(
                topic,
                position.offset(),
                claim.first().nonce().bits(),
                claim.fingerprint().high(),
                claim.fingerprint().low(),
                claimedAtMs);
    }

    private static First first(int shard, Known known) {
        var position = new Position(known.topic, shard, known.offset);
        return new First(
                new RequestId(position, new Nonce(known.nonce)),
                new Fingerprint(known.fingerprintHigh, known.fingerprintLow));
    }
}
