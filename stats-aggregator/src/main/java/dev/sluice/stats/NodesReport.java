package dev.sluice.stats;

import static dev.sluice.stats.StatsReport.rounded;

import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.stats.figures.NodeFigures;
import dev.sluice.stats.figures.Tally;
import dev.sluice.stats.services.Gate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The nodes' part of the report. */
record NodesReport(StatsReport report) {

    List<Map<String, @Nullable Object>> json() {
        var list = new ArrayList<Map<String, @Nullable Object>>();
        new TreeMap<>(report.nodes()).forEach((id, node) -> list.add(node(node.spec())));
        return list;
    }

    private Map<String, @Nullable Object> node(NodeSpec spec) {
        long nowMs = report.nowMs();
        NodeFigures node = report.figures().node(spec.id());
        Gate gate = report.round().gates().get(spec.id());
        var limits = new LinkedHashMap<String, Object>();
        limits.put("rpm", spec.rpm());
        limits.put("bpm", spec.bpm());
        limits.put("max_in_flight", spec.maxInFlight());
        var recent = new LinkedHashMap<String, Object>();
        recent.put("requests", node.requests(nowMs));
        recent.put("bytes", node.bytes(nowMs));
        recent.put("errors", node.recentErrors(nowMs));
        var used = new LinkedHashMap<String, Object>();
        used.put("rpm", rounded(node.requests(nowMs) / (double) spec.rpm()));
        used.put("bpm", rounded(node.bytes(nowMs) / (double) spec.bpm()));
        Tally sum = report.totals().sum();
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("id", spec.id());
        json.put("pool", spec.pool().value());
        json.put("health", health(report.health().get(spec.id())));
        json.put("limits", limits);
        json.put("last_minute", recent);
        json.put("limit_used", used);
        json.put("in_flight", gate == null ? null : gate.inFlight());
        json.put("breaker", gate == null ? null : gate.breaker());
        json.put("cooling_down", gate == null ? null : gate.coolingDown());
        json.put("results", sum.results(spec.id()));
        json.put("errors", sum.errors(spec.id()));
        return json;
    }

    private Map<String, Object> health(@Nullable NodeHealth known) {
        var json = new LinkedHashMap<String, Object>();
        if (known == null) {
            json.put("state", NodeHealth.State.UNKNOWN.text());
            return json;
        }
        json.put("state", known.stateAt(report.now()).text());
        json.put("since", known.since());
        json.put("checked_at", known.checkedAt());
        json.put("reason", known.reason());
        return json;
    }
}
