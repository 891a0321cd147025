package dev.sluice.worker;

import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.worker.http.LinkServer;
import dev.sluice.worker.http.Links;
import dev.sluice.worker.kafka.LoopFigures;
import dev.sluice.worker.kafka.Worker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/** What the workers of this process hold and are linked to, as gauges. */
final class WorkerGauges {

    private static final double NANOS = 1e9;

    private final List<Worker> workers;
    private final NanoClock nanos;
    private final MultiGauge unsaved;

    private WorkerGauges(MeterRegistry registry, List<Worker> workers, NanoClock nanos) {
        this.workers = workers; // they are added as they start
        this.nanos = nanos;
        this.unsaved =
                MultiGauge.builder("sluice.worker.checkpoint.age")
                        .description("Age of the oldest change that no checkpoint has, of a shard")
                        .baseUnit("seconds")
                        .register(registry);
    }

    /** Shows them from now on. */
    static void register(Metrics metrics, List<Worker> workers, LinkServer links, NanoClock nanos) {
        MeterRegistry registry = metrics.registry();
        var gauges = new WorkerGauges(registry, workers, nanos);
        metrics.beforeScrape(gauges::refresh);
        gauge(registry, "sluice.worker.workers", "Workers of this process", workers::size);
        gauge(
                registry,
                "sluice.worker.leases.held",
                "Workers of this process that may act for their shards",
                () -> gauges.sum(worker -> worker.holdsLease() ? 1 : 0));
        gauge(
                registry,
                "sluice.worker.buffered.bytes",
                "Bodies of the requests read from the log and not done",
                () -> gauges.sumOf(LoopFigures::bytes));
        gauge(
                registry,
                "sluice.worker.unacknowledged.bytes",
                "Bodies of the results that the log does not have yet",
                () -> gauges.sumOf(LoopFigures::unacknowledgedBytes));
        links(registry, "up", () -> gauges.links(Links.Counts::up));
        links(registry, "away", () -> gauges.links(Links.Counts::away));
        gauge(
                registry,
                "sluice.worker.visitors",
                "Workers of other processes that are linked to the gates here",
                links::visitors);
    }

    private static void links(MeterRegistry registry, String state, Supplier<Number> count) {
        Gauge.builder("sluice.worker.links", count)
                .description("Links to keepers of other processes that workers here need")
                .tag("state", state)
                .strongReference(true)
                .register(registry);
    }

    private static void gauge(
            MeterRegistry registry, String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private void refresh() {
        long now = nanos.nanoTime();
        var rows = new ArrayList<MultiGauge.Row<?>>();
        for (Worker worker : workers) {
            worker.figures()
                    .unsavedSinceNanos()
                    .forEach((shard, since) -> rows.add(row(shard, since, now)));
        }
        unsaved.register(rows, true);
    }

    private static MultiGauge.Row<?> row(int shard, OptionalLong sinceNanos, long nowNanos) {
        double age = sinceNanos.isPresent() ? (nowNanos - sinceNanos.getAsLong()) / NANOS : 0;
        return MultiGauge.Row.of(Tags.of("shard", Integer.toString(shard)), age);
    }

    private int sum(ToIntFunction<Worker> of) {
        return workers.stream().mapToInt(of).sum();
    }

    private long sumOf(ToLongFunction<LoopFigures> figure) {
        return workers.stream().map(Worker::figures).mapToLong(figure).sum();
    }

    private int links(ToIntFunction<Links.Counts> count) {
        return workers.stream().map(Worker::linkCounts).mapToInt(count).sum();
    }
}
