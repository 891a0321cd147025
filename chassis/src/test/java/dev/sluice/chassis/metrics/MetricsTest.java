package dev.sluice.chassis.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private final AtomicInteger figure = new AtomicInteger();

    @Test
    void whatComesAndGoesIsLookedAtBeforeEachScrape() {
        try (var metrics = new Metrics("demo")) {
            gauge(metrics, "sluice.figure", "pool");
            metrics.beforeScrape(figure::incrementAndGet);

            assertThat(metrics.scrape()).contains("sluice_figure{pool=\"x\",service=\"demo\"} 1.0");
            assertThat(metrics.scrape()).contains("sluice_figure{pool=\"x\",service=\"demo\"} 2.0");
        }
    }

    @Test
    void scrapesAtTheSameTimeSeeEachRowOnce() throws Exception {
        try (var metrics = new Metrics("demo");
                var scrapers = Executors.newFixedThreadPool(4)) {
            var rows = MultiGauge.builder("sluice.figure").register(metrics.registry());
            metrics.beforeScrape(
                    () ->
                            rows.register(
                                    List.of(
                                            MultiGauge.Row.of(
                                                    Tags.of("pool", "x"),
                                                    figure.incrementAndGet())),
                                    true));
            Callable<String> scrape = metrics::scrape;
            for (Future<String> done : scrapers.invokeAll(Collections.nCopies(400, scrape))) {
                assertThat(done.get()).containsOnlyOnce("sluice_figure{pool=\"x\"");
            }
        }
    }

    @Test
    void kafkasMetricsOfEachPartitionTopicAndBrokerAreLeftOut() {
        try (var metrics = new Metrics("demo")) {
            gauge(metrics, "kafka.lag", "client.id");
            gauge(metrics, "kafka.lag.each", "partition");
            gauge(metrics, "kafka.rate.each", "topic");
            gauge(metrics, "kafka.bytes.each", "node.id");
            gauge(metrics, "sluice.each", "topic");

            assertThat(metrics.scrape())
                    .contains("kafka_lag{client_id=", "sluice_each{")
                    .doesNotContain("kafka_lag_each", "kafka_rate_each", "kafka_bytes_each");
        }
    }

    @Test
    void theJvmTellsItsMemoryBuffersThreadsFilesAndCollections() {
        try (var metrics = new Metrics("demo")) {
            assertThat(metrics.scrape())
                    .contains(
                            "jvm_memory_used_bytes{",
                            "jvm_buffer_memory_used_bytes{",
                            "jvm_threads_live_threads{",
                            "process_files_open_files{",
                            "jvm_gc_memory_allocated_bytes_total{");
        }
    }

    private void gauge(Metrics metrics, String name, String tag) {
        Gauge.builder(name, figure, AtomicInteger::get).tag(tag, "x").register(metrics.registry());
    }
}
