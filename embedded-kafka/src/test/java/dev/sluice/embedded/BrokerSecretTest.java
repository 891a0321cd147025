package dev.sluice.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerSecretTest {

    private static final BrokerSecret SECRET = new BrokerSecret("a".repeat(43));
    private static final BrokerSecret OTHER = new BrokerSecret("b".repeat(43));

    private static EmbeddedKafka kafka;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start(BrokerSettings.temporary().withSecret(SECRET));
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void whoKnowsItIsServed() throws Exception {
        for (var login : List.of(SECRET.clientSettings(), SECRET.ownClientSettings())) {
            String name = "to-" + login.get("sasl.mechanism");
            var clients = clients(login);
            clients.createTopic(name);
            clients.append(name, "one".getBytes(UTF_8));

            assertThat(clients.readInGroup(name, 1, name, "consumer"))
                    .extracting(value -> new String(value, UTF_8))
                    .containsExactly("one");
        }
    }

    @Test
    void whoDoesNotIsRefused() {
        assertRefused(clients(OTHER.clientSettings()));
        assertRefused(clients(OTHER.ownClientSettings()));
    }

    @Test
    void anotherUserIsRefusedThoughItKnowsTheSecret() {
        for (var known : List.of(SECRET.clientSettings(), SECRET.ownClientSettings())) {
            var login = new HashMap<>(known);
            login.computeIfPresent(
                    "sasl.jaas.config",
                    (key, jaas) -> jaas.replace("username=\"sluice\"", "username=\"admin\""));
            assertRefused(clients(login));
        }
    }

    @Test
    void aDelegationTokenIsRefused() {
        var login = new HashMap<>(SECRET.clientSettings());
        login.computeIfPresent(
                "sasl.jaas.config", (key, jaas) -> jaas.replace(";", " tokenauth=\"true\";"));
        assertRefused(clients(login));
    }

    @Test
    void anotherMechanismIsRefused() {
        var login = new HashMap<>(SECRET.clientSettings());
        login.put("sasl.mechanism", "SCRAM-SHA-512");
        assertThatThrownBy(() -> topics(clients(login)))
                .hasCauseInstanceOf(UnsupportedSaslMechanismException.class);
    }

    /** Who listens there while no broker runs must not be sent it by a command. */
    @Test
    void otherProcessesDoNotSendIt() {
        assertThat(SECRET.clientSettings()).containsEntry("sasl.mechanism", "SCRAM-SHA-256");
    }

    @Test
    void whoSaysNothingIsNotAnswered() {
        var patience = Map.of("request.timeout.ms", "1000", "default.api.timeout.ms", "2000");
        assertThatThrownBy(() -> topics(clients(patience)))
                .hasCauseInstanceOf(TimeoutException.class);
    }

    /** It is Kafka's own way into the metadata, users and topics among them. */
    @Test
    void theControllersPortIsClosedAsWell() throws Exception {
        assertThat(leader(SECRET.ownClientSettings())).isEqualTo(BrokerProperties.NODE_ID);

        assertThatThrownBy(() -> leader(OTHER.ownClientSettings()))
                .hasCauseInstanceOf(SaslAuthenticationException.class);
        var patience = Map.of("request.timeout.ms", "1000", "default.api.timeout.ms", "2000");
        assertThatThrownBy(() -> leader(patience)).hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void aDirectoryOfBeforeIsServedAndItsSecretMayChange(@TempDir Path dir) throws Exception {
        var settings = BrokerSettings.in(dir);
        try (var open = EmbeddedKafka.start(settings)) {
            var clients = new KafkaClients(open.bootstrapServers());
            clients.createTopic("kept");
            clients.append("kept", "one".getBytes(UTF_8));
        }
        for (BrokerSecret secret : List.of(SECRET, OTHER)) {
            try (var closed = EmbeddedKafka.start(settings.withSecret(secret))) {
                var clients = new KafkaClients(closed.bootstrapServers(), secret.clientSettings());
                assertThat(clients.read("kept", 1)).hasSize(1);
                var wrong = secret.equals(SECRET) ? OTHER : SECRET;
                assertRefused(new KafkaClients(closed.bootstrapServers(), wrong.clientSettings()));
            }
        }
    }

    @Test
    void itIsNeverPrintedAndNeverShort() {
        assertThat(SECRET.toString() + BrokerSettings.in(Path.of("x")).withSecret(SECRET))
                .doesNotContain(SECRET.value());
        assertThatThrownBy(() -> new BrokerSecret("short"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("short");
    }

    private static void assertRefused(KafkaClients clients) {
        assertThatThrownBy(() -> topics(clients))
                .hasCauseInstanceOf(SaslAuthenticationException.class);
    }

    private static void topics(KafkaClients clients) throws Exception {
        try (var admin = clients.admin()) {
            admin.listTopics().names().get(20, TimeUnit.SECONDS);
        }
    }

    private static int leader(Map<String, String> login) throws Exception {
        var config = new HashMap<String, Object>(login);
        String controller = BrokerProperties.HOST + ":" + kafka.settings().controllerPort();
        config.put("bootstrap.controllers", controller);
        try (var admin = Admin.create(config)) {
            return admin.describeMetadataQuorum().quorumInfo().get(20, TimeUnit.SECONDS).leaderId();
        }
    }

    private static KafkaClients clients(Map<String, String> login) {
        return new KafkaClients(kafka.bootstrapServers(), login);
    }
}
