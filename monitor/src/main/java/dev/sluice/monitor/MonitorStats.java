package dev.sluice.monitor;

import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.monitor.kafka.Membership;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.RegisteredNode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What {@code GET /stats} says of the monitor. */
final class MonitorStats {

    private final CompactedTable<RegisteredNode> nodes;
    private final Map<String, NodeHealth> health;
    private final Membership membership;
    private final Checker checker;
    private final Optional<NodesFileWatch> file;
    private final InstantSource wall;

    MonitorStats(
            CompactedTable<RegisteredNode> nodes,
            Map<String, NodeHealth> health,
            Membership membership,
            Checker checker,
            Optional<NodesFileWatch> file,
            InstantSource wall) {
        this.nodes = nodes;
        this.health = health;
        this.membership = membership;
        this.checker = checker;
        this.file = file;
        this.wall = wall;
    }

    Map<String, Object> figures() {
        Instant now = wall.instant();
        var states = new EnumMap<NodeHealth.State, Integer>(NodeHealth.State.class);
        for (String id : nodes.values().keySet()) {
            NodeHealth known = health.get(id);
            var state = known == null ? NodeHealth.State.UNKNOWN : known.stateAt(now);
            states.merge(state, 1, Integer::sum);
        }
        var figures = new LinkedHashMap<String, Object>();
        figures.put("nodes", nodes.values().size());
        for (NodeHealth.State state : NodeHealth.State.values()) {
            figures.put(state.text(), states.getOrDefault(state, 0));
        }
        figures.put("shards", membership.shards());
        figures.put("checking", checker.checking());
        figures.put("checks_good", checker.good());
        figures.put("checks_bad", checker.bad());
        file.ifPresent(
                watch ->
                        figures.put(
                                "nodes_file",
                                Map.of(
                                        "path",
                                        watch.path().toString(),
                                        "problems",
                                        watch.problems())));
        return figures;
    }
}
