package dev.sluice.worker.kafka;

import dev.sluice.protocol.WorkerInfo.OwnedShard;
import dev.sluice.worker.keeper.Keeper;
import dev.sluice.worker.keeper.Lease;
import dev.sluice.worker.metrics.LoopMetrics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * What a worker owns and under which epoch, told to all who must know: first to the keeper, so that
 * nothing is granted for a shard that is another's, then to the loop and the other workers.
 *
 * <p>Called by the membership's thread.
 */
final class Standing implements Membership.Listener {

    private final String worker;
    private final Keeper keeper;
    private final Lease lease;
    private final WorkerLoop loop;
    private final LoopMetrics metrics;
    private final Runnable changed;
    private final Map<Integer, OwnedShard> owned = new TreeMap<>();
    private volatile List<OwnedShard> shown = List.of();

    Standing(
            String worker,
            Keeper keeper,
            Lease lease,
            WorkerLoop loop,
            LoopMetrics metrics,
            Runnable changed) {
        this.worker = worker;
        this.keeper = keeper;
        this.lease = lease;
        this.loop = loop;
        this.metrics = metrics;
        this.changed = changed;
    }

    /** The shards that are announced. */
    List<OwnedShard> owned() {
        return shown;
    }

    @Override
    public void assigned(Collection<Integer> shards, long epoch) {
        List<OwnedShard> gained = shards.stream().map(s -> new OwnedShard(s, epoch)).toList();
        gained.forEach(shard -> owned.put(shard.shard(), shard));
        keeper.gained(worker, gained, lease);
        show();
        metrics.gained(shards.size());
        loop.assigned(shards);
    }

    @Override
    public CompletableFuture<Void> released(Collection<Integer> shards) {
        gone(shards);
        metrics.released(shards.size());
        return loop.release(shards);
    }

    @Override
    public void lost(Collection<Integer> shards) {
        lease.end();
        gone(shards);
        metrics.lost(shards.size());
        loop.lost(shards);
    }

    private void gone(Collection<Integer> shards) {
        keeper.gone(worker, shards);
        owned.keySet().removeAll(shards);
        show();
    }

    private void show() {
        shown = List.copyOf(owned.values());
        changed.run();
    }
}
