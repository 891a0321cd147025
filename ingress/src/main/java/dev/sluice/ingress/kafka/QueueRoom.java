package dev.sluice.ingress.kafka;

import dev.sluice.chassis.kafka.QueueDepths;
import dev.sluice.chassis.kafka.QueueDepths.Depth;
import dev.sluice.ingress.queue.Admission;
import dev.sluice.ingress.queue.PoolNodes;
import dev.sluice.ingress.queue.QueueLimits;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestsTopic;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * The room that is left in each pool's queue: the latest look at the log, and what this ingress has
 * appended since, so that a burst between two looks cannot overrun by much.
 */
public final class QueueRoom {

    private final QueueDepths depths;
    private final Function<PoolName, QueueLimits> limits;
    private final Map<PoolName, SinceLook> since = new ConcurrentHashMap<>();
    private volatile long look;

    /** What this ingress appended to a pool, and how much of that the latest look has seen. */
    private static final class SinceLook {
        private final LongAdder requests = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private volatile long requestsSeen;
        private volatile long bytesSeen;

        private void seen() {
            requestsSeen = requests.sum();
            bytesSeen = bytes.sum();
        }
    }

    public QueueRoom(QueueDepths depths, Function<PoolName, QueueLimits> limits) {
        this.depths = depths;
        this.limits = limits;
        this.look = depths.looks();
    }

    /** Whether a request with a body of this size may be appended. */
    public Admission admit(PoolName pool, PoolNodes nodes, long bodyBytes) {
        Depth depth = of(pool);
        return Admission.decide(
                limits.apply(pool), nodes, depth.queued(), depth.bytes(), bodyBytes);
    }

    /** Notes that this ingress appended a request with a body of this size. */
    public void appended(PoolName pool, long bodyBytes) {
        SinceLook counters = since.get(pool);
        if (counters == null) {
            counters = since.computeIfAbsent(pool, p -> new SinceLook());
        }
        counters.requests.increment();
        counters.bytes.add(bodyBytes);
    }

    /** All lanes of a pool together, as of now. */
    public Depth of(PoolName pool) {
        Map<RequestsTopic, Depth> current = latestLook();
        long accepted = 0;
        long queued = 0;
        long bytes = 0;
        for (Lane lane : Lane.values()) {
            Depth depth = current.get(new RequestsTopic(pool, lane));
            if (depth != null) {
                accepted += depth.accepted();
                queued += depth.queued();
                bytes += depth.bytes();
            }
        }
        SinceLook counters = since.get(pool);
        if (counters != null) {
            long requests = counters.requests.sum() - counters.requestsSeen;
            accepted += requests;
            queued += requests;
            bytes += counters.bytes.sum() - counters.bytesSeen;
        }
        return new Depth(accepted, queued, bytes);
    }

    private Map<RequestsTopic, Depth> latestLook() {
        long latest = depths.looks();
        if (latest != look) {
            synchronized (this) {
                if (latest != look) {
                    since.values().forEach(SinceLook::seen);
                    look = latest;
                }
            }
        }
        return depths.all();
    }
}
