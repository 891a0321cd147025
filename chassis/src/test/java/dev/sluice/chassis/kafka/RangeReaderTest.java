package dev.sluice.chassis.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.kafka.RangeReader.Range;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.testkit.SharedBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RangeReaderTest {

    private static final int RECORDS = 6;

    private final KafkaClients clients =
            new KafkaClients(
                    KafkaSettings.read(
                            Settings.of(
                                    Map.of(
                                            "KAFKA_BOOTSTRAP_SERVERS",
                                            SharedBroker.bootstrapServers()),
                                    Map.of()),
                            KafkaClients.knownKeys()),
                    "test");
    private final TopicPartition first = new TopicPartition("ranges", 0);
    private final TopicPartition second = new TopicPartition("ranges", 1);
    private final List<String> read = new ArrayList<>();
    private final List<String> trimmed = new ArrayList<>();
    private final AtomicLong progress = new AtomicLong();

    @BeforeEach
    void write() throws Exception {
        try (var admin = clients.admin();
                var producer = clients.producer(Map.of())) {
            admin.createTopics(List.of(new NewTopic("ranges", 2, (short) 1))).all().get();
            for (int i = 0; i < RECORDS; i++) {
                for (TopicPartition to : List.of(first, second)) {
                    producer.send(new ProducerRecord<>(to.topic(), to.partition(), null, null))
                            .get();
                }
            }
            admin.deleteRecords(Map.of(second, RecordsToDelete.beforeOffset(3))).all().get();
        }
    }

    @Test
    void readsEachRangeAndSaysWhatWasTrimmed() throws Exception {
        try (var consumer = clients.views(Map.of())) {
            new RangeReader(consumer, progress::addAndGet)
                    .read(
                            Map.of(first, new Range(1, 4), second, new Range(1, 5)),
                            record -> read.add(record.partition() + "@" + record.offset()),
                            (partition, begin) -> trimmed.add(partition + "@" + begin));
        }

        assertThat(read).containsExactlyInAnyOrder("0@1", "0@2", "0@3", "1@3", "1@4");
        assertThat(trimmed).containsExactly("ranges-1@3");
        assertThat(progress).hasValue(3 + 4);
    }
}
