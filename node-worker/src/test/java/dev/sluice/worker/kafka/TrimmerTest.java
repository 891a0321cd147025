package dev.sluice.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.Topics;
import dev.sluice.testkit.SharedBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TrimmerTest {

    private static final Duration WINDOW = Duration.ofDays(7);

    @Test
    void onlyWhatIsOldAndBelowTheCheckpointGoesAndResultsGoAnHourLater() throws Exception {
        var settings =
                new KafkaSettings(
                        Map.of("bootstrap.servers", SharedBroker.bootstrapServers()),
                        1,
                        (short) 1,
                        WINDOW,
                        1024 * 1024,
                        Duration.ofDays(1));
        var clients = new KafkaClients(settings, "trimmer-test");
        var topic = new RequestsTopic(new PoolName("trimmed"), Lane.NORMAL);
        var requests = new TopicPartition(topic.name(), 0);
        var results = new TopicPartition(Topics.RESULTS, 0);
        try (var admin = clients.admin();
                var producer = clients.producer(Map.of())) {
            var topics = new TopicAdmin(admin, settings);
            topics.ensureShared();
            topics.ensureRequests(topic);
            for (int i = 0; i < 10; i++) {
                for (TopicPartition each : List.of(requests, results)) {
                    producer.send(new ProducerRecord<>(each.topic(), 0, null, new byte[1])).get();
                }
            }
            var trimmer = new Trimmer(admin, WINDOW);
            Map<TopicPartition, Long> limits = Map.of(requests, 6L, results, 4L);
            var both = List.of(requests, results);
            Instant written = Instant.now();

            trimmer.trim(limits, written.plus(WINDOW).minusSeconds(60));
            assertThat(Checkpoints.offsets(admin, both, OffsetSpec.earliest()))
                    .containsEntry(requests, 0L)
                    .containsEntry(results, 0L);

            trimmer.trim(limits, written.plus(WINDOW).plusSeconds(60));
            assertThat(Checkpoints.offsets(admin, both, OffsetSpec.earliest()))
                    .containsEntry(requests, 6L)
                    .containsEntry(results, 0L);

            trimmer.trim(limits, written.plus(WINDOW).plusSeconds(3700));
            assertThat(Checkpoints.offsets(admin, both, OffsetSpec.earliest()))
                    .containsEntry(requests, 6L)
                    .containsEntry(results, 4L);
        }
    }
}
