package dev.sluice.cli.audit;

import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RegisteredNode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The limits of the nodes, as far as the nodes topic still tells them: the topic is compacted, and
 * may know the last word on a node only.
 */
public final class NodeLimits {

    /**
     * What is known of one node.
     *
     * @param pool the latest
     * @param rpm the largest known
     * @param bpm the largest known
     * @param changed whether more than one limit is known
     * @param asOf since when the latest entry stands, by the monitor's clock
     */
    public record Limit(PoolName pool, int rpm, long bpm, boolean changed, Instant asOf) {

        private Limit and(RegisteredNode later) {
            NodeSpec spec = later.spec();
            return new Limit(
                    spec.pool(),
                    Math.max(rpm, spec.rpm()),
                    Math.max(bpm, spec.bpm()),
                    changed || rpm != spec.rpm() || bpm != spec.bpm(),
                    later.changedAt());
        }
    }

    private final Map<String, Limit> limits = new TreeMap<>();

    /**
     * Takes the next entry of the topic. A node that is removed keeps the limits it had: what it
     * was sent before is in the log still.
     */
    public void entry(RegisteredNode entry) {
        NodeSpec spec = entry.spec();
        Limit before = limits.get(spec.id());
        limits.put(
                spec.id(),
                before == null
                        ? new Limit(spec.pool(), spec.rpm(), spec.bpm(), false, entry.changedAt())
                        : before.and(entry));
    }

    Optional<Limit> of(String node) {
        return Optional.ofNullable(limits.get(node));
    }
}
