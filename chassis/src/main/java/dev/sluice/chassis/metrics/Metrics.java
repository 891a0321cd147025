package dev.sluice.chassis.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** The Prometheus registry of one service, with the JVM's own figures in it. */
public final class Metrics implements AutoCloseable {

    /** The exposition format that {@link #scrape} writes. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    // Kafka's own metrics for each broker, topic and partition would be thousands of series
    private static final Set<String> TOO_FINE = Set.of("partition", "topic", "node.id");

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<Runnable> beforeScrapes = new CopyOnWriteArrayList<>();
    private final JvmGcMetrics collections = new JvmGcMetrics();

    public Metrics(String service) {
        registry.config().commonTags(List.of(Tag.of("service", service)));
        registry.config().meterFilter(MeterFilter.deny(Metrics::isTooFine));
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        collections.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private static boolean isTooFine(Meter.Id id) {
        return id.getName().startsWith("kafka.")
                && id.getTags().stream().anyMatch(tag -> TOO_FINE.contains(tag.getKey()));
    }

    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /**
     * Runs this before each scrape, one scrape at a time: for series of what comes and goes, such
     * as pools and nodes. Rows of a {@code MultiGauge} must be replaced here and nowhere else: a
     * scrape meanwhile would find the old ones beside the new ones, and fail.
     */
    public void beforeScrape(Runnable refresh) {
        beforeScrapes.add(refresh);
    }

    /** All series as text. */
    public synchronized String scrape() {
        beforeScrapes.forEach(Runnable::run);
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
