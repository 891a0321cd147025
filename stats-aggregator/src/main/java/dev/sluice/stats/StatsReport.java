package dev.sluice.stats;

import dev.sluice.chassis.kafka.QueueDepths.Depth;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.stats.figures.Figures;
import dev.sluice.stats.figures.NodeFigures;
import dev.sluice.stats.figures.PoolFigures;
import dev.sluice.stats.figures.RecentTimes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is known at one moment, as {@code GET /stats} says it.
 *
 * @param caughtUp whether everything that was in the log at the start has been read; until then
 *     more seems queued than is
 */
record StatsReport(
        Instant now,
        Instant since,
        boolean caughtUp,
        Map<RequestsTopic, Depth> depths,
        Map<String, RegisteredNode> nodes,
        Map<String, NodeHealth> health,
        Figures figures) {

    /** Over which the recent figures go. */
    static final int WINDOW_SECONDS = 60;

    Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("at", now);
        json.put("since", since);
        json.put("caught_up", caughtUp);
        json.put("window_seconds", WINDOW_SECONDS);
        json.put("pools", pools());
        json.put("nodes", nodeList());
        return json;
    }

    private List<Map<String, Object>> pools() {
        Map<PoolName, PoolFigures> known = figures.pools();
        var names = new TreeSet<PoolName>(known.keySet());
        depths.keySet().forEach(topic -> names.add(topic.pool()));
        nodes.values().forEach(node -> names.add(node.spec().pool()));
        var pools = new ArrayList<Map<String, Object>>();
        names.forEach(name -> pools.add(pool(name, known.getOrDefault(name, new PoolFigures()))));
        return pools;
    }

    private Map<String, Object> pool(PoolName name, PoolFigures pool) {
        long accepted = 0;
        long queued = 0;
        long queuedBytes = 0;
        var lanes = new LinkedHashMap<String, Object>();
        for (Lane lane : Lane.values()) {
            Depth depth = depths.get(new RequestsTopic(name, lane));
            accepted += depth == null ? 0 : depth.accepted();
            queued += depth == null ? 0 : depth.queued();
            queuedBytes += depth == null ? 0 : depth.bytes();
            lanes.put(lane.text(), depth == null ? 0 : depth.queued());
        }
        var reasons = new TreeMap<String, Long>();
        pool.reasons().forEach((reason, count) -> reasons.put(reason.text(), count));
        long now = this.now.toEpochMilli();
        var json = new LinkedHashMap<String, Object>();
        json.put("pool", name);
        json.put("accepted", accepted);
        json.put("queued", queued);
        json.put("queued_by_lane", lanes);
        json.put("queued_bytes", queuedBytes);
        json.put("done", accepted - queued);
        for (Outcome outcome : Outcome.values()) {
            json.put(outcome.text(), pool.outcome(outcome));
        }
        json.put("duplicates", pool.duplicateCount());
        json.put("superseded", pool.supersededCount());
        json.put("failures", reasons);
        json.put("throughput_per_second", rounded(pool.recent(now) / (double) WINDOW_SECONDS));
        json.put("wait_ms", times(pool.waitTimes(now)));
        json.put("service_ms", times(pool.serviceTimes(now)));
        return json;
    }

    private static Map<String, Object> times(RecentTimes.Summary times) {
        var json = new LinkedHashMap<String, Object>();
        json.put("count", times.count());
        json.put("mean", rounded(times.mean()));
        json.put("p50", times.p50());
        json.put("p95", times.p95());
        json.put("p99", times.p99());
        return json;
    }

    private List<Map<String, Object>> nodeList() {
        var list = new ArrayList<Map<String, Object>>();
        new TreeMap<>(nodes)
                .forEach(
                        (id, node) ->
                                list.add(node(node.spec(), figures.node(id), health.get(id))));
        return list;
    }

    private Map<String, Object> node(NodeSpec spec, NodeFigures node, @Nullable NodeHealth known) {
        long nowMs = now.toEpochMilli();
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
        var json = new LinkedHashMap<String, Object>();
        json.put("id", spec.id());
        json.put("pool", spec.pool());
        json.put("health", health(known));
        json.put("limits", limits);
        json.put("last_minute", recent);
        json.put("limit_used", used);
        json.put("results", node.results());
        json.put("errors", node.errors());
        return json;
    }

    private Map<String, Object> health(@Nullable NodeHealth known) {
        var json = new LinkedHashMap<String, Object>();
        if (known == null) {
            json.put("state", NodeHealth.State.UNKNOWN.text());
            return json;
        }
        json.put("state", known.stateAt(now).text());
        json.put("since", known.since());
        json.put("checked_at", known.checkedAt());
        json.put("reason", known.reason());
        return json;
    }

    /** To a thousandth: figures for people. */
    private static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
