package dev.sluice.ingress.kafka;

import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.ingress.queue.PoolNodes;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.Topics;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** The pools that the nodes topic makes up, as of now. */
public final class NodePools implements AutoCloseable {

    private final AtomicBoolean changed = new AtomicBoolean(true);
    private final CompactedTable<RegisteredNode> nodes;
    private volatile Map<PoolName, PoolNodes> pools = Map.of();

    /** Reads the nodes topic to its end and goes on following it. */
    public NodePools(KafkaClients clients) throws StartException {
        this.nodes =
                CompactedTable.open(
                        clients, Topics.NODES, RegisteredNode.class, () -> changed.set(true));
    }

    /** The pools that have a node, in the order of their names. */
    public Map<PoolName, PoolNodes> all() {
        if (changed.get()) {
            refresh();
        }
        return pools;
    }

    private synchronized void refresh() {
        if (changed.compareAndSet(true, false)) {
            pools = PoolNodes.of(nodes.values().values().stream().map(n -> n.spec()).toList());
        }
    }

    @Override
    public void close() {
        nodes.close();
    }
}
