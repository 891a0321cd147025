package dev.sluice.stats;

import static dev.sluice.stats.StatsReport.rounded;

import dev.sluice.chassis.kafka.QueueDepths.Depth;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.stats.figures.DrainTime;
import dev.sluice.stats.figures.PoolFigures;
import dev.sluice.stats.figures.RecentTimes;
import dev.sluice.stats.figures.Tally;
import dev.sluice.stats.services.Gate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The pools' part of the report. */
record PoolsReport(StatsReport report) {

    List<Map<String, @Nullable Object>> json() {
        Map<PoolName, PoolFigures> known = report.figures().pools();
        var names = new TreeSet<PoolName>(known.keySet());
        report.depths().keySet().forEach(topic -> names.add(topic.pool()));
        report.nodes().values().forEach(node -> names.add(node.spec().pool()));
        var pools = new ArrayList<Map<String, @Nullable Object>>();
        names.forEach(name -> pools.add(pool(name, known.getOrDefault(name, new PoolFigures()))));
        return pools;
    }

    private Map<String, @Nullable Object> pool(PoolName name, PoolFigures recent) {
        long accepted = 0;
        long queued = 0;
        long queuedBytes = 0;
        var lanes = new LinkedHashMap<String, Object>();
        for (Lane lane : Lane.values()) {
            Depth depth = report.depths().get(new RequestsTopic(name, lane));
            accepted += depth == null ? 0 : depth.accepted();
            queued += depth == null ? 0 : depth.queued();
            queuedBytes += depth == null ? 0 : depth.bytes();
            lanes.put(lane.text(), depth == null ? 0 : depth.queued());
        }
        Tally sum = report.totals().sum();
        double throughput = recent.recent(report.nowMs()) / (double) StatsReport.WINDOW_SECONDS;
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("pool", name.value());
        json.put("accepted", accepted);
        json.put("queued", queued);
        json.put("queued_by_lane", lanes);
        json.put("queued_bytes", queuedBytes);
        json.put("in_flight", inFlight(name));
        json.put("keeper", report.round().keepers().get(name.value()));
        json.put("done", accepted - queued);
        for (Outcome outcome : Outcome.values()) {
            json.put(outcome.text(), sum.outcome(name, outcome));
        }
        json.put("duplicates", sum.duplicates(name));
        json.put("superseded", sum.superseded(name));
        json.put("failures", sum.reasons(name));
        json.put("throughput_per_second", rounded(throughput));
        json.put("drain_seconds", drain(name, queued, queuedBytes, throughput));
        json.put("wait_ms", times(recent.waitTimes(report.nowMs())));
        json.put("service_ms", times(recent.serviceTimes(report.nowMs())));
        return json;
    }

    /** As its keeper says; null where no keeper answers. */
    private @Nullable Integer inFlight(PoolName name) {
        if (!report.round().keepers().containsKey(name.value())) {
            return null;
        }
        int sum = 0;
        for (RegisteredNode node : report.nodes().values()) {
            Gate gate = report.round().gates().get(node.spec().id());
            sum += gate == null || !node.spec().pool().equals(name) ? 0 : gate.inFlight();
        }
        return sum;
    }

    private Map<String, @Nullable Double> drain(
            PoolName name, long queued, long queuedBytes, double throughput) {
        long rpm = 0;
        long bpm = 0;
        for (RegisteredNode node : report.nodes().values()) {
            NodeSpec spec = node.spec();
            NodeHealth health = report.health().get(spec.id());
            boolean usable =
                    health == null || health.stateAt(report.now()) != NodeHealth.State.UNHEALTHY;
            if (usable && spec.pool().equals(name)) {
                rpm += spec.rpm();
                bpm += spec.bpm();
            }
        }
        var json = new LinkedHashMap<String, @Nullable Double>();
        json.put("at_limits", rounded(DrainTime.atLimits(queued, queuedBytes, rpm, bpm)));
        json.put("at_throughput", rounded(DrainTime.atThroughput(queued, throughput)));
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
}
