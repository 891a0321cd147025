package dev.sluice.chassis.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.metrics.Metrics;
import io.micrometer.core.instrument.Meter;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KafkaClientsTest {

    @Test
    void aClientsMetricsAreShownFromWhenItIsMadeUntilItIsClosed() {
        try (var metrics = new Metrics("demo")) {
            var clients = new KafkaClients(Broker.settings(3), "demo", metrics.registry());
            var admin = clients.admin();
            var producer = clients.producer(Map.of());
            var assigned = clients.assigned(Map.of());
            var views = clients.views(Map.of());
            var member = clients.member("a-group", Map.of());
            assertThat(shown(metrics))
                    .containsExactly("demo-1", "demo-2", "demo-3", "demo-4", "demo-5");
            assertThat(metrics.scrape())
                    .contains("kafka_producer_record_error_total{client_id=\"demo-2\"");

            assigned.close();
            views.close();
            member.close();
            admin.close();
            assertThat(shown(metrics)).containsExactly("demo-2");
            producer.close();
            assertThat(shown(metrics)).isEmpty();
        }
    }

    private static Set<String> shown(Metrics metrics) {
        var ids = new TreeSet<String>();
        for (Meter meter : metrics.registry().getMeters()) {
            String id = meter.getId().getTag("client.id");
            if (id != null) {
                ids.add(id);
            }
        }
        return ids;
    }
}
