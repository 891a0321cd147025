package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.testkit.FakeNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** All services against a broker with TLS, SASL and ACLs, with the settings of the manifests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecureBrokerSystemTest {

    private static final String PASSWORD = "a-$password/of {some} kind";
    private static final Path SETTINGS =
            Path.of("..", "deploy", "kubernetes", "overlays", "production", "kafka.env");

    @TempDir static Path dir;

    private final FakeNode node = FakeNode.echo();
    private SecureBroker broker;
    private Path nodes;

    @BeforeAll
    void start() throws Exception {
        broker = SecureBroker.start(dir, PASSWORD);
        nodes = new NodesYaml().node("n", "default", node, 60_000, 60_000_000L, 8).in(dir);
    }

    @AfterAll
    void stop() {
        broker.close();
        node.close();
    }

    @Test
    void aRequestGoesThroughAndIsRecorded() throws Exception {
        try (Fleet fleet = Fleet.start(broker.bootstrapServers(), nodes, settings(PASSWORD))) {
            Client ingress = fleet.ingress();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> ingress.send("POST", "/", "x").statusCode() == 202);
            String id = ingress.queue("/", "hello");

            assertThat(ingress.state(id, 30).path("status").asString()).isEqualTo("succeeded");
            assertThat(Client.text(ingress.response(id, 30))).isEqualTo("200 hello");
            assertThat(ingress.get("/lb-health?ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aWrongPasswordIsToldAtTheStart() {
        assertThatThrownBy(() -> Fleet.start(broker.bootstrapServers(), nodes, settings("wrong")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("Authentication failed");
    }

    /** Those of the manifests, but for one broker that is on this machine. */
    private static Map<String, String> settings(String password) throws IOException {
        var settings = new HashMap<String, String>();
        for (String line : Files.readAllLines(SETTINGS)) {
            if (line.startsWith("KAFKA_") && !line.startsWith("KAFKA_BOOTSTRAP")) {
                String[] pair = line.split("=", 2);
                settings.put(pair[0], pair[1]);
            }
        }
        settings.put("KAFKA_SSL_TRUSTSTORE_LOCATION", dir.resolve("ca.crt").toString());
        settings.put(
                "KAFKA_SASL_JAAS_CONFIG",
                "org.apache.kafka.common.security.scram.ScramLoginModule required"
                        + " username=\"sluice\" password=\"%s\";".formatted(password));
        return settings;
    }
}
