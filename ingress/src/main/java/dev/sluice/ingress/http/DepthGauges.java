package dev.sluice.ingress.http;

import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.ingress.kafka.NodePools;
import dev.sluice.ingress.kafka.QueueRoom;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;

/** How much is queued in each pool that there is, as gauges: looked at before each scrape. */
final class DepthGauges {

    private final NodePools pools;
    private final QueueRoom room;
    private final MultiGauge queued;
    private final MultiGauge bytes;

    private DepthGauges(Metrics metrics, NodePools pools, QueueRoom room) {
        this.pools = pools;
        this.room = room;
        this.queued =
                MultiGauge.builder("sluice.ingress.queued")
                        .description("Requests without a result")
                        .register(metrics.registry());
        this.bytes =
                MultiGauge.builder("sluice.ingress.queued.bytes")
                        .description("Bytes of those on disk, estimated")
                        .register(metrics.registry());
    }

    /** Shows them from now on. */
    static void register(Metrics metrics, NodePools pools, QueueRoom room) {
        metrics.beforeScrape(new DepthGauges(metrics, pools, room)::refresh);
    }

    private void refresh() {
        var counts = new ArrayList<MultiGauge.Row<?>>();
        var sizes = new ArrayList<MultiGauge.Row<?>>();
        pools.all()
                .keySet()
                .forEach(
                        pool -> {
                            var tags = Tags.of("pool", pool.value());
                            counts.add(MultiGauge.Row.of(tags, room.of(pool).queued()));
                            sizes.add(MultiGauge.Row.of(tags, room.of(pool).bytes()));
                        });
        queued.register(counts, true);
        bytes.register(sizes, true);
    }
}
