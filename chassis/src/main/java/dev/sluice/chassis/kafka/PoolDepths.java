package dev.sluice.chassis.kafka;

import dev.sluice.chassis.kafka.QueueDepths.Depth;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestsTopic;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How much is queued in each pool: the latest look at the log, and what this process has appended
 * since, so that a burst between two looks cannot overrun a limit by much.
 */
public final class PoolDepths {

    private final QueueDepths depths;
    private final Map<PoolName, Map<Long, Appends>> appends = new ConcurrentHashMap<>();

    /** What this process appended to a pool after one look began and before the next one. */
    private static final class Appends {
        private final LongAdder requests = new LongAdder();
        private final LongAdder bytes = new LongAdder();
    }

    public PoolDepths(QueueDepths depths) {
        this.depths = depths;
    }

    /** Notes that this process appended a request with a body of this size. */
    public void appended(PoolName pool, long bodyBytes) {
        // every look that begins later sees it; one that is under way may not
        Appends now =
                appends.computeIfAbsent(pool, p -> new ConcurrentHashMap<>())
                        .computeIfAbsent(depths.begun(), look -> new Appends());
        now.requests.increment();
        now.bytes.add(bodyBytes);
    }

    /** All lanes of a pool together, as of now. */
    public Depth of(PoolName pool) {
        long look = depths.looks();
        Map<RequestsTopic, Depth> current = depths.all(); // of that look, or a later one
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
        Map<Long, Appends> since = appends.get(pool);
        if (since != null) {
            since.keySet().removeIf(begun -> begun < look);
            for (Appends notSeen : since.values()) {
                accepted += notSeen.requests.sum();
                queued += notSeen.requests.sum();
                bytes += notSeen.bytes.sum();
            }
        }
        return new Depth(accepted, queued, bytes);
    }
}
