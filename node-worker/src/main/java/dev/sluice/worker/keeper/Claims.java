package dev.sluice.worker.keeper;

import dev.sluice.protocol.WorkerInfo.OwnedShard;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The shards that the workers of a process own, each as its own callbacks say.
 *
 * <p>Two of them may say so of one shard for a moment: the callback of the one that lost it comes
 * late, or tells of an assignment that is already over. So each worker's word is kept until that
 * worker takes it back; the one of the highest epoch counts meanwhile, as it does between
 * processes.
 */
final class Claims {

    /**
     * That a worker owns a shard, while its lease is held.
     *
     * @param sinceNanos since when this claim is the one that counts, or could be
     */
    record Claim(String worker, long epoch, Lease lease, long sinceNanos) {}

    private static final Comparator<Claim> WEAKEST_FIRST =
            Comparator.comparingLong(Claim::epoch)
                    .thenComparing(Claim::sinceNanos, (a, b) -> Long.signum(b - a))
                    .thenComparing(Claim::worker, Comparator.reverseOrder());

    private final Map<Integer, Map<String, Claim>> claims = new HashMap<>();

    /** The worker owns these shards from now on. */
    void gained(String worker, Collection<OwnedShard> gained, Lease lease, long nowNanos) {
        for (OwnedShard shard : gained) {
            claims.computeIfAbsent(shard.shard(), s -> new HashMap<>())
                    .put(worker, new Claim(worker, shard.epoch(), lease, nowNanos));
        }
    }

    /** The worker owns these shards no more. */
    void gone(String worker, Collection<Integer> gone, long nowNanos) {
        for (int shard : gone) {
            Optional<Claim> counted = of(shard);
            Map<String, Claim> said = claims.getOrDefault(shard, Map.of());
            if (said.containsKey(worker)) {
                said.remove(worker);
                if (counted.orElseThrow().worker.equals(worker)) {
                    // what the next one was before does not count: another was in between
                    said.replaceAll((w, c) -> new Claim(w, c.epoch, c.lease, nowNanos));
                }
            }
        }
    }

    /** The claim to a shard that counts. */
    Optional<Claim> of(int shard) {
        return claims.getOrDefault(shard, Map.of()).values().stream().max(WEAKEST_FIRST);
    }
}
