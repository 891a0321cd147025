package dev.sluice.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.settings.SettingsException;
import dev.sluice.ingress.queue.QueueLimits;
import dev.sluice.protocol.PoolName;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IngressSettingsTest {

    private static IngressSettings read(Map<String, String> variables) {
        var settings = Settings.of(variables, Map.of());
        var kafka = KafkaSettings.read(settings, KafkaClients.knownKeys());
        var own = IngressSettings.read(settings, kafka);
        settings.check(Set.of("lb", "queue", "kafka", "sluice"));
        return own;
    }

    @Test
    void hasTheDocumentedDefaults() {
        var settings = read(Map.of());
        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(settings.port()).isEqualTo(7100);
        assertThat(settings.bodies().maxBytes()).isEqualTo(8 * 1024 * 1024);
        assertThat(settings.credentialHeaders())
                .containsExactly("Authorization", "Cookie", "X-Api-Key");
        assertThat(settings.limits()).isEqualTo(new QueueLimits(10L << 30, 86_400));
    }

    @Test
    void givesAPoolLimitsOfItsOwn() {
        var settings =
                read(
                        Map.of(
                                "QUEUE_POOLS_GPU_A_MAX_BYTES", "1_000",
                                "QUEUE_MAX_DRAIN_SECONDS", "60"));
        assertThat(settings.limitsOf(new PoolName("gpu-a"))).isEqualTo(new QueueLimits(1_000, 60));
        assertThat(settings.limitsOf(PoolName.DEFAULT)).isEqualTo(settings.limits());
    }

    @Test
    void refusesBodiesThatDoNotFitIntoARecordAndOtherMistakesAllAtOnce() {
        assertThatThrownBy(
                        () ->
                                read(
                                        Map.of(
                                                "LB_MAX_BODY_BYTES", "1000000",
                                                "SLUICE_MAX_RECORD_BYTES", "1000000",
                                                "LB_CREDENTIAL_HEADERS", "a b",
                                                "QUEUE_POOLS_X_MAX_BYTES", "no",
                                                "LB_NONSENSE", "1")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("LB_MAX_BODY_BYTES")
                .hasMessageContaining("sluice.max-record-bytes")
                .hasMessageContaining("LB_CREDENTIAL_HEADERS")
                .hasMessageContaining("queue.pools.x.max.bytes")
                .hasMessageContaining("LB_NONSENSE");
    }
}
