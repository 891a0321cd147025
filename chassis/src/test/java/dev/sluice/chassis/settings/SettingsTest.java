package dev.sluice.chassis.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.chassis.http.AdvertisedUrl;
import dev.sluice.chassis.kafka.KafkaClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir private Path dir;

    @Test
    void environmentGoesOverFileOverDefaults() throws IOException {
        Map<String, String> environment = file("lb:\n  port: 1\n  host: from-file\n");
        environment.put("LB_PORT", "2");

        Settings settings = Settings.of(environment, Map.of());

        assertThat(settings.port("lb.port", 3)).isEqualTo(2);
        assertThat(settings.text("lb.host", "d")).isEqualTo("from-file");
        assertThat(settings.number("lb.max-body-bytes", 4, 1, 9, "bytes")).isEqualTo(4);
        assertThat(Settings.of(environment, Map.of("lb.port", "7")).port("lb.port", 3))
                .isEqualTo(7);
        settings.check(Set.of("lb"));
    }

    @Test
    void aUrlWithoutASchemeOrAHostIsAMistake() {
        var environment = Map.of("LB_URL", "//host", "LB_ADVERTISED_URL", "http://a_b:7100");
        Settings settings = Settings.of(environment, Map.of());

        assertThat(settings.url("lb.url")).isEmpty();
        AdvertisedUrl.read(settings, "lb");

        assertThatThrownBy(() -> settings.check(Set.of("lb")))
                .hasMessageContaining("LB_URL")
                .hasMessageContaining("LB_ADVERTISED_URL");
    }

    @Test
    void variablesOfTheScriptAndOfTheLogAreNoMistakes() {
        Settings settings =
                Settings.of(
                        Map.of(
                                "SLUICE_JAVA_OPTS", "-Xmx2g",
                                "SLUICE_JAVA_HOME", "/jdk",
                                "SLUICE_LOG_LEVEL", "INFO"),
                        Map.of());

        settings.check(Set.of("sluice"));

        assertThat(settings.effective()).isEmpty();
    }

    @Test
    void secretsOfNodesAreReadByWhoAsksAndAreNoMistakesElsewhere() {
        var environment =
                Map.of("SLUICE_CREDENTIAL_OPENAI_MAIN", "sk-1", "SLUICE_CREDENTIALS", "x");
        Settings settings = Settings.of(environment, Map.of());

        assertThat(settings.credentialVariables())
                .containsExactly(Map.entry("OPENAI_MAIN", new Secret("sk-1")));
        assertThat(settings.credentialVariables().toString()).doesNotContain("sk-1");
        assertThat(settings.effective()).isEmpty();
        assertThatThrownBy(() -> settings.check(Set.of("sluice")))
                .hasMessageContaining("1 problem")
                .hasMessageContaining("SLUICE_CREDENTIALS: no such setting")
                .hasMessageNotContaining("sk-1");
    }

    @Test
    void aVariableSetToNothingIsUnset() {
        assertThat(Settings.of(Map.of("LB_PORT", ""), Map.of()).port("lb.port", 3)).isEqualTo(3);
    }

    @Test
    void allMistakesAreReportedAtOnce() {
        Settings settings =
                Settings.of(
                        Map.of(
                                "LB_PORT", "99999",
                                "LB_HEARTBEAT", "yes",
                                "API_GATEWAY_URL", "ftp://x",
                                "LB_MAX_BODY_BYTES", "many",
                                "LB_PROT", "7100"),
                        Map.of());
        settings.port("lb.port", 7100);
        settings.flag("lb.heartbeat", true);
        settings.url("api.gateway.url");
        settings.number("lb.max-body-bytes", 1L, 1, 10, "bytes");
        settings.problem("lb.host", "is odd");

        var e = catchThrowableOfType(SettingsException.class, () -> settings.check(Set.of("lb")));

        assertThat(e.problems())
                .hasSize(6)
                .anyMatch(p -> p.startsWith("lb.port (LB_PORT): must be from 0 to 65535"))
                .anyMatch(p -> p.contains("(LB_HEARTBEAT): must be true or false, not 'yes'"))
                .anyMatch(p -> p.contains("(API_GATEWAY_URL): must be a URL"))
                .anyMatch(p -> p.contains("must be a whole number of bytes, not 'many'"))
                .anyMatch(p -> p.equals("lb.host (LB_HOST): is odd"))
                .anyMatch(p -> p.startsWith("LB_PROT: no such setting; known are "));
        assertThat(e).hasMessageContaining("6 problems").hasMessageContaining("LB_PROT");
    }

    @Test
    void unknownKeysOfTheFileAreRefusedUnlessTheyAreAnotherServices() throws IOException {
        Settings settings =
                Settings.of(
                        file(
                                """
                                lb:
                                  prot: 1
                                worker:
                                  prot: 1
                                nonsense:
                                  a: 1
                                sluice:
                                  nodes-file: x
                                  shrads: 3
                                """),
                        Map.of());

        var e =
                catchThrowableOfType(
                        SettingsException.class, () -> settings.check(Set.of("lb", "sluice")));

        assertThat(e.problems())
                .satisfiesExactly(
                        p -> assertThat(p).startsWith("lb.prot: no such setting"),
                        p -> assertThat(p).startsWith("nonsense.a: no such setting"),
                        p -> assertThat(p).startsWith("sluice.shrads: no such setting"));
    }

    @Test
    void otherVariablesOfTheMachineAreNotOurs() {
        Settings settings =
                Settings.of(Map.of("PATH", "/bin", "WORKER_PROT", "1", "USER", "me"), Map.of());

        settings.check(Set.of("lb"));

        assertThat(settings.effective()).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        assertThatThrownBy(
                        () ->
                                Settings.of(
                                        Map.of("SLUICE_SETTINGS", dir + "/nowhere.yaml"), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("cannot read the settings file")
                .hasMessageContaining("nowhere.yaml");
    }

    @Test
    void secretsAreNeverPrinted() {
        Settings settings = Settings.of(Map.of("SLUICE_ADMIN_TOKEN", "hush"), Map.of());

        Secret secret = settings.secret("sluice.admin-token").orElseThrow();

        assertThat(secret.value()).isEqualTo("hush");
        assertThat(secret.toString()).isEqualTo("***");
        assertThat(settings.effective()).containsEntry("sluice.admin-token", "***");
    }

    @Test
    void kafkaClientSettingsArePassedThroughAndTheirSecretsRedacted() {
        String jaas = "org.apache.kafka.X required username=\"u\" password=\"${hush}\\\";";
        Settings settings =
                Settings.of(
                        Map.of(
                                "KAFKA_BOOTSTRAP_SERVERS", "k1:9092,k2:9092",
                                "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                                "KAFKA_SASL_MECHANISM", "SCRAM-SHA-512",
                                "KAFKA_SASL_JAAS_CONFIG", jaas,
                                "KAFKA_SSL_TRUSTSTORE_PASSWORD", "hush",
                                "KAFKA_PORT", "9092",
                                "KAFKA_HEAP_OPTS", "-Xmx1g"),
                        Map.of());

        KafkaSettings kafka = KafkaSettings.read(settings, KafkaClients.knownKeys());
        settings.check(Set.of("kafka", "sluice"));

        assertThat(kafka.client())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "bootstrap.servers", "k1:9092,k2:9092",
                                "security.protocol", "SASL_SSL",
                                "sasl.mechanism", "SCRAM-SHA-512",
                                "sasl.jaas.config", jaas,
                                "ssl.truststore.password", "hush"));
        assertThat(settings.effective())
                .containsEntry("kafka.sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("kafka.sasl.jaas.config", "***")
                .containsEntry("kafka.ssl.truststore.password", "***");
        assertThat(settings.effective().toString()).doesNotContain("hush");
    }

    @Test
    void aKeyIsRememberedNoLongerThanItsResult() {
        var brief = Settings.of(Map.of("SLUICE_REPLAY_WINDOW_HOURS", "2"), Map.of());
        assertThat(KafkaSettings.read(brief, Set.of()).keyTime()).isEqualTo(Duration.ofHours(2));

        var wrong =
                Settings.of(
                        Map.of(
                                "SLUICE_REPLAY_WINDOW_HOURS", "2",
                                "SLUICE_IDEMPOTENCY_KEY_SECONDS", "7201"),
                        Map.of());
        KafkaSettings.read(wrong, Set.of("bootstrap.servers"));
        var e =
                catchThrowableOfType(
                        SettingsException.class, () -> wrong.check(Set.of("kafka", "sluice")));
        assertThat(e).hasMessageContaining("sluice.replay-window-hours, which is 7200 seconds");
    }

    @Test
    void kafkaSettingsHaveDefaultsAndRefuseWhatNoClientKnows() throws IOException {
        KafkaSettings kafka =
                KafkaSettings.read(Settings.of(Map.of(), Map.of()), KafkaClients.knownKeys());
        assertThat(kafka.client()).containsEntry("bootstrap.servers", "127.0.0.1:9092");
        assertThat(kafka.shards()).isEqualTo(12);
        assertThat(kafka.keyTime()).isEqualTo(Duration.ofDays(1));
        assertThat(kafka.replayWindow()).isEqualTo(Duration.ofDays(7));

        Map<String, String> environment =
                file(
                        """
                        kafka:
                          bootstrap:
                            servers: from-file:1
                          fetch.min.bytes: 1
                          fetch.mni.bytes: 1
                        """);
        environment.put("KAFKA_BOOTSTRAP_SERVESR", "x");
        Settings wrong = Settings.of(environment, Map.of());
        KafkaSettings read = KafkaSettings.read(wrong, KafkaClients.knownKeys());

        assertThat(read.client())
                .containsEntry("bootstrap.servers", "from-file:1")
                .containsEntry("fetch.min.bytes", "1");
        var e =
                catchThrowableOfType(
                        SettingsException.class, () -> wrong.check(Set.of("kafka", "sluice")));
        assertThat(e.problems())
                .hasSize(2)
                .anyMatch(p -> p.startsWith("kafka.bootstrap.servesr"))
                .anyMatch(p -> p.startsWith("kafka.fetch.mni.bytes"));
    }

    private Map<String, String> file(String yaml) throws IOException {
        Path file = dir.resolve("sluice.yaml");
        Files.writeString(file, yaml);
        return new HashMap<>(Map.of(Settings.FILE_VARIABLE, file.toString()));
    }
}
