package dev.sluice.ingress.queue;

import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the nodes of one pool can take together.
 *
 * @param nodes how many
 * @param rpm requests per minute of all of them
 * @param maxBodyBytes the largest {@code bpm}: no node ever takes a larger body
 */
public record PoolNodes(int nodes, long rpm, long maxBodyBytes) {

    public PoolNodes {
        if (nodes < 1 || rpm < 1 || maxBodyBytes < 1) {
            throw new IllegalArgumentException("a pool has a node, and a node takes something");
        }
    }

    /** The pools that these nodes make up. */
    public static Map<PoolName, PoolNodes> of(Collection<NodeSpec> specs) {
        var pools = new TreeMap<PoolName, PoolNodes>();
        for (NodeSpec spec : specs) {
            pools.merge(spec.pool(), new PoolNodes(1, spec.rpm(), spec.bpm()), PoolNodes::together);
        }
        return pools;
    }

    private PoolNodes together(PoolNodes other) {
        return new PoolNodes(
                nodes + other.nodes, rpm + other.rpm, Math.max(maxBodyBytes, other.maxBodyBytes));
    }
}
