package dev.sluice.monitor.http;

import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.RegisteredNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node as the API shows it: its settings, where they came from, and its health. */
final class NodeView {

    private NodeView() {}

    static Map<String, Object> of(RegisteredNode node, @Nullable NodeHealth health, Instant now) {
        NodeSpec spec = node.spec();
        var members = new LinkedHashMap<String, Object>();
        members.put("id", spec.id());
        members.put("pool", spec.pool());
        members.put("url", spec.url());
        members.put("rpm", spec.rpm());
        members.put("bpm", spec.bpm());
        members.put("max_in_flight", spec.maxInFlight());
        spec.credential().ifPresent(name -> members.put("credential", name));
        members.put("origin", node.origin().text());
        members.put("changed_at", node.changedAt());
        members.put("health", health(health, now));
        return members;
    }

    private static Map<String, Object> health(@Nullable NodeHealth known, Instant now) {
        var members = new LinkedHashMap<String, Object>();
        if (known == null) {
            members.put("state", NodeHealth.State.UNKNOWN.text());
            return members;
        }
        members.put("state", known.stateAt(now).text());
        members.put("since", known.since());
        members.put("checked_at", known.checkedAt());
        members.put("latency_ms", known.latencyMs());
        members.put("reason", known.reason());
        return members;
    }
}
