package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.embedded.BrokerSecret;
import dev.sluice.protocol.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other users of the machine, who reach the ports of an {@code up}, get of it: nothing. */
class OtherUsersSystemTest {

    private static final String STRANGERS_NODE =
            "{\"id\":\"mine\",\"pool\":\"default\",\"url\":\"http://127.0.0.1:1\",\"rpm\":1,\"bpm\":1,\"max_in_flight\":1}";

    // who is not answered waits as long
    private static final Map<String, String> SHORT =
            Map.of("request.timeout.ms", "2000", "default.api.timeout.ms", "4000");

    @TempDir private Path dir;

    @Test
    void theyNeitherReadNorWriteItsLogAndAFurtherProcessOfOursDoes() throws Exception {
        openAsEarlierVersionsLeftIt();
        try (var up = UpProcess.start(dir, Map.of(), "--no-demo-nodes").ready()) {
            nothingIsOpen(up.data());
            String secret = Files.readString(up.data().resolve("kafka-secret")).strip();

            refused(up.open().withClient(SHORT));
            var wrong = new BrokerSecret("x".repeat(43));
            refused(up.open().withClient(wrong.clientSettings()).withClient(SHORT));
            refused(up.open().withClient(wrong.ownClientSettings()).withClient(SHORT));
            assertThatThrownBy(() -> topics(new KafkaClients(login(up, wrong), "stranger").admin()))
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
            assertThat(Client.text(up.client("monitor").get("/nodes"))).doesNotContain("mine");

            String broker = up.open().client().getOrDefault("bootstrap.servers", "");
            var arguments = List.of("--kafka", broker, "--no-demo-nodes").toArray(String[]::new);
            try (var further = UpProcess.start(dir, Map.of(), arguments).ready()) {
                assertThat(further.client("ingress").get("/lb-health").statusCode()).isEqualTo(200);
                for (UpProcess one : List.of(up, further)) {
                    var all = new StringBuilder(one.output());
                    for (String service : List.of("ingress", "statistics", "workers", "monitor")) {
                        all.append(Client.text(one.client(service).get("/stats")));
                        all.append(Client.text(one.client(service).get("/metrics")));
                    }
                    assertThat(all.toString()).doesNotContain(secret);
                }
            }
        }
    }

    private void openAsEarlierVersionsLeftIt() throws IOException {
        Path kafka = Files.createDirectories(dir.resolve("data").resolve("kafka"));
        Files.createFile(kafka.resolve(".sluice-lock"));
        Files.createFile(dir.resolve("data").resolve("up.lock"));
        Files.setPosixFilePermissions(kafka, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(
                dir.resolve("data"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void nothingIsOpen(Path data) throws IOException {
        for (Path closed : List.of(data, data.resolve("kafka"))) {
            assertThat(mode(closed)).as(closed.toString()).isEqualTo("rwx------");
        }
        for (String file :
                List.of("kafka-secret", "admin-token", "up.lock", "kafka/.sluice-lock")) {
            assertThat(mode(data.resolve(file))).as(file).isEqualTo("rw-------");
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static KafkaSettings login(UpProcess up, BrokerSecret secret) {
        return up.open().withClient(secret.clientSettings());
    }

    private static void topics(org.apache.kafka.clients.admin.Admin admin) throws Exception {
        try (admin) {
            admin.listTopics().names().get(10, TimeUnit.SECONDS);
        }
    }

    /** Lists topics, appends a node, reads where the workers are and what their key is. */
    private static void refused(KafkaSettings stranger) {
        var clients = new KafkaClients(stranger, "stranger");
        assertThatThrownBy(() -> topics(clients.admin())).isInstanceOf(ExecutionException.class);
        try (var producer =
                clients.producer(Map.of("max.block.ms", 3_000, "delivery.timeout.ms", 6_000))) {
            byte[] node = STRANGERS_NODE.getBytes(StandardCharsets.UTF_8);
            var record =
                    new ProducerRecord<>(
                            Topics.NODES, "mine".getBytes(StandardCharsets.UTF_8), node);
            assertThatThrownBy(() -> producer.send(record).get(10, TimeUnit.SECONDS))
                    .isInstanceOfAny(ExecutionException.class, KafkaException.class);
        }
        var workers = new TopicPartition(Topics.WORKERS, 0);
        try (var consumer = clients.assigned(Map.of())) {
            consumer.assign(List.of(workers));
            assertThatThrownBy(
                            () -> {
                                consumer.seekToBeginning(List.of(workers));
                                consumer.position(workers, Duration.ofSeconds(3));
                            })
                    .isInstanceOf(KafkaException.class);
        }
    }
}
