package dev.sluice.stats;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.stats.figures.Figures;
import dev.sluice.stats.figures.Totals;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The figures as metrics, taken over once a second, for pools and nodes come and go. */
final class StatsGauges implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StatsGauges.class);

    private final MultiGauge queued;
    private final MultiGauge throughput;
    private final MultiGauge used;
    private final BiFunction<Figures, Totals, StatsReport> report;
    private final LogFigures figures;
    private final Thread thread;

    StatsGauges(
            Metrics metrics, LogFigures figures, BiFunction<Figures, Totals, StatsReport> report) {
        this.figures = figures;
        this.report = report;
        queued =
                MultiGauge.builder("sluice.pool.queued")
                        .description("requests without a result, those in flight included")
                        .register(metrics.registry());
        throughput =
                MultiGauge.builder("sluice.pool.throughput")
                        .description("results per second over the last minute")
                        .register(metrics.registry());
        used =
                MultiGauge.builder("sluice.node.limit.used")
                        .description("share of a node's limit used in the last minute")
                        .register(metrics.registry());
        thread = Fatal.start("stats-gauges", this::follow);
    }

    private void follow() {
        try {
            while (true) {
                update();
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            log.debug("closed");
        }
    }

    private void update() {
        figures.look(
                (recent, totals) -> {
                    StatsReport known = report.apply(recent, totals);
                    long nowMs = known.nowMs();
                    recent.keepNodes(known.nodes().keySet(), nowMs);
                    queued.register(queuedRows(known), true);
                    throughput.register(throughputRows(known, nowMs), true);
                    used.register(usedRows(known, nowMs), true);
                    return known;
                });
    }

    private static List<MultiGauge.Row<?>> queuedRows(StatsReport known) {
        var rows = new ArrayList<MultiGauge.Row<?>>();
        known.depths()
                .forEach(
                        (topic, depth) -> {
                            var tags =
                                    Tags.of(
                                            "pool", topic.pool().value(),
                                            "lane", topic.lane().text());
                            rows.add(MultiGauge.Row.of(tags, depth.queued()));
                        });
        return rows;
    }

    private static List<MultiGauge.Row<?>> throughputRows(StatsReport known, long nowMs) {
        var rows = new ArrayList<MultiGauge.Row<?>>();
        known.figures()
                .pools()
                .forEach(
                        (pool, of) -> {
                            double rate = of.recent(nowMs) / (double) StatsReport.WINDOW_SECONDS;
                            rows.add(MultiGauge.Row.of(Tags.of("pool", pool.value()), rate));
                        });
        return rows;
    }

    private static List<MultiGauge.Row<?>> usedRows(StatsReport known, long nowMs) {
        var rows = new ArrayList<MultiGauge.Row<?>>();
        for (RegisteredNode node : known.nodes().values()) {
            var spec = node.spec();
            var of = known.figures().node(spec.id());
            rows.add(row(spec.id(), "rpm", of.requests(nowMs) / (double) spec.rpm()));
            rows.add(row(spec.id(), "bpm", of.bytes(nowMs) / (double) spec.bpm()));
        }
        return rows;
    }

    private static MultiGauge.Row<?> row(String node, String limit, double share) {
        return MultiGauge.Row.of(Tags.of("node", node, "limit", limit), share);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
