package dev.sluice.replay.kafka;

import dev.sluice.protocol.PoolName;
import dev.sluice.replay.Capacity;
import dev.sluice.replay.kafka.ReplayRun.Surroundings;
import java.util.Map;

/**
 * What of the pools' queues a replay may fill, as of the latest look at the nodes; one thread's.
 */
final class QueueShare {

    private final Pools pools;
    private final Surroundings around;
    private Map<PoolName, Capacity> capacities;

    QueueShare(Pools pools, Surroundings around) {
        this.pools = pools;
        this.around = around;
        this.capacities = pools.all();
    }

    /** Looks at the nodes again. */
    void look() {
        capacities = pools.all();
    }

    /** Whether a request with a body of this size may be appended. */
    boolean hasRoom(PoolName pool, int bodyBytes) {
        Capacity capacity = capacities.get(pool);
        if (capacity == null) {
            return false; // its last node was removed: nobody would take it
        }
        var depth = around.depths().of(pool);
        return around.rooms()
                .apply(pool)
                .has(depth.queued(), depth.bytes(), bodyBytes, capacity.rpm());
    }

    /** Notes that one was. */
    void appended(PoolName pool, int bodyBytes) {
        around.depths().appended(pool, bodyBytes);
    }
}
