package dev.sluice.monitor;

import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.RegisteredNode;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The monitor's metrics: each node's health as it was last published, looked at before each scrape,
 * and the checks made here.
 */
final class MonitorMetrics {

    private final MultiGauge healthy;
    private final MultiGauge latency;
    private final Map<String, RegisteredNode> nodes;
    private final Map<String, NodeHealth> health;

    /** Shows these live views. */
    MonitorMetrics(
            Metrics metrics, Map<String, RegisteredNode> nodes, Map<String, NodeHealth> health) {
        this.nodes = nodes;
        this.health = health;
        healthy =
                MultiGauge.builder("sluice.node.healthy")
                        .description("1 when the node's latest published state is healthy, else 0")
                        .register(metrics.registry());
        latency =
                MultiGauge.builder("sluice.node.check.latency")
                        .description("how long the node's latest check took")
                        .baseUnit("seconds")
                        .register(metrics.registry());
        metrics.beforeScrape(this::refresh);
    }

    void count(Metrics metrics, Checker checker) {
        counter(metrics, "good", checker, c -> (double) c.good());
        counter(metrics, "bad", checker, c -> (double) c.bad());
    }

    private void refresh() {
        var states = new ArrayList<MultiGauge.Row<?>>();
        var latencies = new ArrayList<MultiGauge.Row<?>>();
        health.forEach(
                (id, known) -> {
                    RegisteredNode node = nodes.get(id);
                    if (node != null) {
                        var tags = Tags.of("node", id, "pool", node.spec().pool().value());
                        int up = known.state() == NodeHealth.State.HEALTHY ? 1 : 0;
                        states.add(MultiGauge.Row.of(tags, up));
                        latencies.add(MultiGauge.Row.of(tags, known.latencyMs() / 1e3));
                    }
                });
        healthy.register(states, true);
        latency.register(latencies, true);
    }

    private static void counter(
            Metrics metrics, String result, Checker checker, ToDoubleFunction<Checker> count) {
        FunctionCounter.builder("sluice.node.checks", checker, count)
                .description("health checks made by this monitor")
                .tag("result", result)
                .register(metrics.registry());
    }
}
