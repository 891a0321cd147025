package dev.sluice.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedKafkaTest {

    private static EmbeddedKafka kafka;
    private static KafkaClients clients;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start(BrokerSettings.temporary());
        clients = new KafkaClients(kafka.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        kafka.close();
        assertThat(kafka.settings().dir()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumer", "classic"})
    void servesGroupsOfBothProtocols(String protocol) throws Exception {
        var topic = "groups-" + protocol;
        clients.createTopic(topic);
        clients.append(topic, "one".getBytes(UTF_8));
        clients.append(topic, "two".getBytes(UTF_8));

        assertThat(clients.readInGroup(topic, 2, "group-" + protocol, protocol))
                .extracting(value -> new String(value, UTF_8))
                .containsExactly("one", "two");
        try (var admin = clients.admin()) {
            var committed =
                    admin.listConsumerGroupOffsets("group-" + protocol)
                            .partitionsToOffsetAndMetadata()
                            .get();
            assertThat(committed)
                    .containsEntry(
                            new TopicPartition(topic, 0),
                            new OffsetAndMetadata(2, Optional.of(0), ""));
        }
    }

    @Test
    void takesRecordsOf16MiB() throws Exception {
        clients.createTopic("large");
        clients.append("large", new byte[16 << 20]);

        assertThat(clients.read("large", 1))
                .singleElement()
                .extracting(v -> v.length)
                .isEqualTo(16 << 20);
    }

    @Test
    void trimsAndTellsSizes() throws Exception {
        clients.createTopic("trimmed");
        clients.append("trimmed", "old".getBytes(UTF_8));
        clients.append("trimmed", "new".getBytes(UTF_8));
        var partition = new TopicPartition("trimmed", 0);

        try (var admin = clients.admin()) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get(10, TimeUnit.SECONDS);
            var dirs = admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1);

            assertThat(requireNonNull(dirs).values())
                    .singleElement()
                    .satisfies(
                            dir -> {
                                assertThat(requireNonNull(dir.replicaInfos().get(partition)).size())
                                        .isPositive();
                                assertThat(dir.usableBytes().orElse(0)).isPositive();
                            });
        }
        assertThat(clients.read("trimmed", 1))
                .extracting(v -> new String(v, UTF_8))
                .containsExactly("new");
    }

    @Test
    void makesNoTopicThatNobodyCreated() throws Exception {
        try (var admin = clients.admin()) {
            assertThatThrownBy(() -> admin.describeTopics(List.of("nobodys")).allTopicNames().get())
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    @Test
    void describesTheShippedTimings() throws Exception {
        try (var admin = clients.admin()) {
            var broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
            var config = admin.describeConfigs(List.of(broker)).all().get().get(broker);
            requireNonNull(config);

            assertThat(config.get("group.consumer.session.timeout.ms").value()).isEqualTo("2000");
            assertThat(config.get("broker.session.timeout.ms").value()).isEqualTo("3000");
        }
    }

    @Test
    void keepsItsDataOverRestarts(@TempDir Path dir) throws Exception {
        var settings = BrokerSettings.in(dir.resolve("new/kafka"));
        try (var first = EmbeddedKafka.start(settings)) {
            var client = new KafkaClients(first.bootstrapServers());
            client.createTopic("kept");
            client.append("kept", "value".getBytes(UTF_8));
        }
        // on other ports, which are not part of the data
        try (var second = EmbeddedKafka.start(settings)) {
            assertThat(new KafkaClients(second.bootstrapServers()).read("kept", 1))
                    .extracting(v -> new String(v, UTF_8))
                    .containsExactly("value");
        }
    }

    @Test
    void tellsItsOwnerWhenTheDirectoryFailsAndLeavesTheJvmAlive(@TempDir Path dir)
            throws Exception {
        try (var doomed = EmbeddedKafka.start(BrokerSettings.temporary())) {
            var client = new KafkaClients(doomed.bootstrapServers());
            assertThat(doomed.failed()).isNotDone();
            Files.move(doomed.settings().dir(), dir.resolve("away"));
            Files.writeString(doomed.settings().dir(), "a file where the directory was");

            try (var admin = client.admin()) {
                var _ = admin.createTopics(List.of(new NewTopic("t", 1, (short) 1)));
                assertThat(doomed.failed().get(20, TimeUnit.SECONDS)).isNotZero();
            }
        }
        // the other broker in this JVM is not concerned
        assertThat(kafka.failed()).isNotDone();
    }
}
