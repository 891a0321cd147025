package dev.sluice.replay;

import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the nodes of a pool may take together, in requests and body bytes per minute. */
public record Capacity(long rpm, long bpm) {

    private static final double MINUTE_NANOS = 60e9;
    private static final double SECOND_NANOS = 1e9;

    /** The pools that these nodes make up. */
    public static Map<PoolName, Capacity> of(Collection<NodeSpec> nodes) {
        var pools = new TreeMap<PoolName, Capacity>();
        nodes.forEach(
                node ->
                        pools.merge(
                                node.pool(),
                                new Capacity(node.rpm(), node.bpm()),
                                (a, b) -> new Capacity(a.rpm + b.rpm, a.bpm + b.bpm)));
        return pools;
    }

    /** The shortest time in which so much can be sent. */
    public Duration time(Figures figures, Optional<Rate> rate) {
        double nanos =
                MINUTE_NANOS
                        * Math.max((double) figures.count() / rpm, (double) figures.bytes() / bpm);
        double paced = rate.map(r -> SECOND_NANOS * figures.count() / r.perSecond()).orElse(0.0);
        return Duration.ofNanos((long) Math.max(nanos, paced));
    }
}
