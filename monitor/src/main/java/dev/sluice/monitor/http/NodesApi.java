package dev.sluice.monitor.http;

import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.RegisteredNode;
import io.javalin.config.JavalinConfig;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code GET /nodes}: every node with its settings and its health. */
public final class NodesApi {

    private final Map<String, RegisteredNode> nodes;
    private final Map<String, NodeHealth> health;
    private final InstantSource wall;

    /** Answers from live views of the registry and of what is published. */
    public NodesApi(
            Map<String, RegisteredNode> nodes, Map<String, NodeHealth> health, InstantSource wall) {
        this.nodes = nodes;
        this.health = health;
        this.wall = wall;
    }

    public void routes(JavalinConfig config) {
        config.routes.get("/nodes", ctx -> ctx.json(Map.of("nodes", list())));
    }

    private List<Map<String, Object>> list() {
        var list = new ArrayList<Map<String, Object>>();
        new TreeMap<>(nodes).values().forEach(node -> list.add(node(node)));
        return list;
    }

    private Map<String, Object> node(RegisteredNode node) {
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
        members.put("health", health(health.get(spec.id())));
        return members;
    }

    private Map<String, Object> health(@Nullable NodeHealth known) {
        var members = new LinkedHashMap<String, Object>();
        if (known == null) {
            members.put("state", NodeHealth.State.UNKNOWN.text());
            return members;
        }
        members.put("state", known.stateAt(wall.instant()).text());
        members.put("since", known.since());
        members.put("checked_at", known.checkedAt());
        members.put("latency_ms", known.latencyMs());
        members.put("reason", known.reason());
        return members;
    }
}
