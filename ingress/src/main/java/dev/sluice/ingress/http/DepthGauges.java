package dev.sluice.ingress.http;

import dev.sluice.ingress.kafka.NodePools;
import dev.sluice.ingress.kafka.QueueRoom;
import dev.sluice.protocol.PoolName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A gauge for how much is queued in each pool that there is, or was since the start. */
final class DepthGauges {

    private final MeterRegistry registry;
    private final NodePools pools;
    private final QueueRoom room;
    private final Set<PoolName> known = ConcurrentHashMap.newKeySet();

    DepthGauges(MeterRegistry registry, NodePools pools, QueueRoom room) {
        this.registry = registry;
        this.pools = pools;
        this.room = room;
    }

    /** Makes the gauges of pools that are new. */
    void refresh() {
        for (PoolName pool : pools.all().keySet()) {
            if (known.add(pool)) {
                Gauge.builder("sluice.ingress.queued", room, r -> r.of(pool).queued())
                        .description("Requests without a result")
                        .tag("pool", pool.value())
                        .register(registry);
                Gauge.builder("sluice.ingress.queued.bytes", room, r -> r.of(pool).bytes())
                        .description("Bytes of those on disk, estimated")
                        .tag("pool", pool.value())
                        .register(registry);
            }
        }
    }
}
