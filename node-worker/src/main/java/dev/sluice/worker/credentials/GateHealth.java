package dev.sluice.worker.credentials;

import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The health of nodes as their gates are told: a node that must not be sent anything, for want of
 * its credential, is an unhealthy one. So its requests wait, or go to others of the pool.
 */
public final class GateHealth {

    // does not grow stale: it is said anew when it changes
    private static final long FOR_GOOD_MS = Duration.ofDays(3_650).toMillis();

    private GateHealth() {}

    /**
     * The health of all these nodes.
     *
     * @param known what the monitor found
     */
    public static Map<String, NodeHealth> of(
            Collection<NodeSpec> nodes,
            Map<String, NodeHealth> known,
            Credentials credentials,
            Instant now) {
        var health = new HashMap<>(known);
        for (NodeSpec node : nodes) {
            switch (credentials.permission(node)) {
                case Permission.NotNeeded n -> {}
                case Permission.Withheld(String why) ->
                        health.put(node.id(), entry(node, NodeHealth.State.UNHEALTHY, why, now));
                case Permission.Granted g ->
                        // or a gate that was told otherwise before would stay closed
                        health.computeIfAbsent(
                                node.id(),
                                id -> entry(node, NodeHealth.State.UNKNOWN, "not checked", now));
            }
        }
        return health;
    }

    private static NodeHealth entry(
            NodeSpec node, NodeHealth.State state, String reason, Instant now) {
        return new NodeHealth(node.id(), state, now, now, 0, reason, FOR_GOOD_MS);
    }
}
