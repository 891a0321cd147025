package dev.sluice.worker;

import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.lifecycle.Lifecycle;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.Topics;
import dev.sluice.worker.credentials.Credentials;
import dev.sluice.worker.credentials.GateHealth;
import dev.sluice.worker.credentials.Permission;
import dev.sluice.worker.keeper.Keeper;
import dev.sluice.worker.secrets.Secrets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the gates up to date with the topics of nodes and of their health, and with the credentials
 * that there are.
 */
final class NodeFeed {

    private static final Logger log = LoggerFactory.getLogger(NodeFeed.class);

    private final Keeper keeper;
    private final Secrets secrets;
    private final InstantSource wall;
    private final AtomicReference<CompactedTable<RegisteredNode>> nodes = new AtomicReference<>();
    private final AtomicReference<CompactedTable<NodeHealth>> health = new AtomicReference<>();
    private Map<String, String> withheld = Map.of(); // node to why it gets no requests

    private NodeFeed(Keeper keeper, Secrets secrets, InstantSource wall) {
        this.keeper = keeper;
        this.secrets = secrets;
        this.wall = wall;
    }

    /** Reads both topics to their ends, tells the keeper, and goes on following them. */
    static void start(
            Lifecycle parts,
            KafkaClients clients,
            Keeper keeper,
            Secrets secrets,
            InstantSource wall)
            throws StartException {
        var feed = new NodeFeed(keeper, secrets, wall);
        feed.nodes.set(
                parts.add(
                        () ->
                                CompactedTable.open(
                                        clients, Topics.NODES, RegisteredNode.class, feed::tell)));
        feed.health.set(
                parts.add(
                        () ->
                                CompactedTable.open(
                                        clients,
                                        Topics.NODE_HEALTH,
                                        NodeHealth.class,
                                        feed::tell)));
        secrets.onChange(feed::tell);
        feed.tell();
    }

    /** One at a time, or an older state might be told after a newer one. */
    private synchronized void tell() {
        var nodesNow = nodes.get();
        var healthNow = health.get();
        if (nodesNow == null || healthNow == null) {
            return; // told when both have been read
        }
        List<NodeSpec> specs =
                nodesNow.values().values().stream().map(RegisteredNode::spec).toList();
        Credentials credentials = secrets.credentials();
        report(specs, credentials);
        keeper.nodes(specs, GateHealth.of(specs, healthNow.values(), credentials, wall.instant()));
    }

    /** Says once which nodes get nothing for want of their credential, and when they do again. */
    private void report(List<NodeSpec> specs, Credentials credentials) {
        var now = new TreeMap<String, String>();
        for (NodeSpec node : specs) {
            if (credentials.permission(node) instanceof Permission.Withheld(String why)) {
                now.put(node.id(), why);
                if (!why.equals(withheld.get(node.id()))) {
                    log.warn("node {} gets no requests: {}", node.id(), why);
                }
            } else if (withheld.containsKey(node.id())) {
                log.info("node {} has its credential now", node.id());
            }
        }
        withheld = now;
    }
}
