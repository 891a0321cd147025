package dev.sluice.stats;

import dev.sluice.chassis.kafka.QueueDepths.Depth;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.WorkerInfo;
import dev.sluice.stats.figures.Figures;
import dev.sluice.stats.figures.Totals;
import dev.sluice.stats.services.Round;
import dev.sluice.stats.services.ServiceReport;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is known at one moment, as {@code GET /stats} says it.
 *
 * @param nowNanos by the monotonic clock
 * @param caughtUp whether what the queues' figures need has been read; until then more seems queued
 *     than is
 * @param depths what is queued
 * @param round what the services answered last
 */
record StatsReport(
        Instant now,
        long nowNanos,
        boolean caughtUp,
        Map<RequestsTopic, Depth> depths,
        Map<String, RegisteredNode> nodes,
        Map<String, NodeHealth> health,
        Map<String, WorkerInfo> workers,
        Figures figures,
        Totals totals,
        Round round) {

    /** Over which the recent figures of the log go. */
    static final int WINDOW_SECONDS = 60;

    Map<String, Object> json() {
        var traffic = round.traffic();
        var json = new LinkedHashMap<String, Object>();
        json.put("at", now);
        json.put("requests_per_second", rounded(traffic.requestsPerSecond()));
        json.put("mean_response_time_ms", rounded(traffic.meanResponseTimeMs()));
        json.put("response_time_ms", traffic.responseTimes());
        json.put("requests", traffic.requests());
        json.put("statuses", traffic.statuses());
        json.put("has_real_traffic", traffic.hasRealTraffic());
        json.put("traffic_window_seconds", traffic.windowSeconds());
        json.put("ingresses", round.ingresses());
        json.put("caught_up", caughtUp && totals.complete());
        json.put("totals", totalsJson());
        json.put("window_seconds", WINDOW_SECONDS);
        json.put("pools", new PoolsReport(this).json());
        json.put("nodes", new NodesReport(this).json());
        json.put("workers", workerList());
        json.put("round", roundJson());
        json.put("services", services());
        return json;
    }

    long nowMs() {
        return now.toEpochMilli();
    }

    private Map<String, @Nullable Object> totalsJson() {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("complete", totals.complete());
        json.put("since", totals.sinceMs().map(Instant::ofEpochMilli).orElse(null));
        return json;
    }

    /** Without their keys: those are nobody's business but the workers'. */
    private List<Map<String, Object>> workerList() {
        return workers.values().stream()
                .sorted(java.util.Comparator.comparing(WorkerInfo::id))
                .map(this::worker)
                .toList();
    }

    private Map<String, Object> worker(WorkerInfo info) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", info.id());
        json.put("url", info.url());
        json.put("shards", info.shards().stream().map(WorkerInfo.OwnedShard::shard).toList());
        json.put("started_at", info.startedAt());
        json.put("announced_at", info.announcedAt());
        return json;
    }

    private Map<String, Object> roundJson() {
        long age = TimeUnit.NANOSECONDS.toMillis(nowNanos - round.finishedNanos());
        return Map.of("age_ms", Math.max(0, age), "took_ms", round.tookMs());
    }

    private List<Map<String, Object>> services() {
        return round.services().stream().map(ServiceReport::json).toList();
    }

    /** To a thousandth: figures for people. */
    static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }

    static @Nullable Double rounded(OptionalDouble value) {
        return value.isPresent() ? (Double) rounded(value.getAsDouble()) : null;
    }
}
