package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.Topics;
import dev.sluice.replay.Capacity;
import java.util.Map;

/** What the pools can take, as the nodes topic says, followed all the time. */
final class Pools implements AutoCloseable {

    private final CompactedTable<RegisteredNode> nodes;

    Pools(KafkaClients clients) throws StartException {
        this.nodes = CompactedTable.open(clients, Topics.NODES, RegisteredNode.class, () -> {});
    }

    /** The pools that have a node, as of now. */
    Map<PoolName, Capacity> all() {
        return Capacity.of(nodes.values().values().stream().map(RegisteredNode::spec).toList());
    }

    @Override
    public void close() {
        nodes.close();
    }
}
