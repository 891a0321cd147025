package dev.sluice.ingress.kafka;

import dev.sluice.chassis.kafka.PoolDepths;
import dev.sluice.chassis.kafka.QueueDepths.Depth;
import dev.sluice.ingress.queue.Admission;
import dev.sluice.ingress.queue.PoolNodes;
import dev.sluice.ingress.queue.QueueLimits;
import dev.sluice.protocol.PoolName;
import java.util.function.Function;

/** The room that is left in each pool's queue. */
public final class QueueRoom {

    private final PoolDepths depths;
    private final Function<PoolName, QueueLimits> limits;

    public QueueRoom(PoolDepths depths, Function<PoolName, QueueLimits> limits) {
        this.depths = depths;
        this.limits = limits;
    }

    /** Whether a request with a body of this size may be appended. */
    public Admission admit(PoolName pool, PoolNodes nodes, long bodyBytes) {
        Depth depth = of(pool);
        return Admission.decide(
                limits.apply(pool), nodes, depth.queued(), depth.bytes(), bodyBytes);
    }

    /** Notes that this ingress appended a request with a body of this size. */
    public void appended(PoolName pool, long bodyBytes) {
        depths.appended(pool, bodyBytes);
    }

    /** All lanes of a pool together, as of now. */
    public Depth of(PoolName pool) {
        return depths.of(pool);
    }
}
