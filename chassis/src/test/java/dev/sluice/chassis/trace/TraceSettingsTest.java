package dev.sluice.chassis.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.settings.SettingsException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceSettingsTest {

    @Test
    void isOffUnlessAskedFor() {
        assertThat(read(Map.of())).isEqualTo(TraceSettings.OFF);
        assertThat(read(Map.of("OTEL_SERVICE_NAME", "x", "OTEL_METRICS_EXPORTER", "otlp")).on())
                .isFalse();
        assertThat(read(Map.of("OTEL_TRACES_EXPORTER", "otlp")).on()).isTrue();
        assertThat(read(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318")).on()).isTrue();
        assertThat(read(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://h:1/x")).on())
                .isTrue();
    }

    @Test
    void isOffWhereItIsTurnedOff() {
        String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
        assertThat(read(Map.of(endpoint, "http://h:1", "OTEL_TRACES_EXPORTER", "none")).on())
                .isFalse();
        assertThat(read(Map.of(endpoint, "http://h:1", "OTEL_SDK_DISABLED", "true")).on())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "OTEL_TRACES_EXPORTER, zipkin, 'must be otlp or none'",
        "OTEL_EXPORTER_OTLP_PROTOCOL, grpc, 'must be http/protobuf'",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL, grpc, 'must be http/protobuf'",
        "OTEL_TRACES_SAMPLER, sometimes, otel.traces.sampler",
        "OTEL_BSP_SCHEDULE_DELAY, soon, otel.bsp.schedule.delay",
        "OTEL_EXPORTER_OTLP_ENDPOINT, nowhere, 'must be a valid URL'"
    })
    void whatCannotBeIsAMistakeInTheSettings(String variable, String value, String said) {
        var environment = Map.of(variable, value, "OTEL_EXPORTER_OTLP_HEADERS", "a=b");
        Settings settings =
                Settings.of(
                        environment,
                        variable.equals("OTEL_TRACES_EXPORTER")
                                ? Map.of()
                                : Map.of("otel.traces.exporter", "otlp"));
        TraceSettings.read(settings);
        TraceSettings.read(settings); // as two services of one process do

        assertThatThrownBy(() -> settings.check(Set.of()))
                .isInstanceOf(SettingsException.class)
                .message()
                .containsOnlyOnce(said);
    }

    @Test
    void whatWeRefuseAndWhatOpenTelemetryRefusesIsToldAtOnce() {
        Settings settings =
                Settings.of(
                        Map.of(
                                "OTEL_TRACES_EXPORTER", "otlp",
                                "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc",
                                "OTEL_TRACES_SAMPLER", "sometimes"),
                        Map.of());
        TraceSettings.read(settings);

        assertThatThrownBy(() -> settings.check(Set.of()))
                .hasMessageContaining("must be http/protobuf")
                .hasMessageContaining("otel.traces.sampler");
    }

    @Test
    void aServiceHasItsOwnNameUnlessAnotherIsGiven() {
        String exporter = "OTEL_TRACES_EXPORTER";
        assertThat(read(Map.of(exporter, "otlp")).of("sluice-ingress"))
                .containsEntry("otel.service.name", "sluice-ingress");
        assertThat(read(Map.of(exporter, "otlp", "OTEL_SERVICE_NAME", "mine")).of("s"))
                .containsEntry("otel.service.name", "mine");
        assertThat(
                        read(Map.of(exporter, "otlp", "OTEL_RESOURCE_ATTRIBUTES", "service.name=a"))
                                .of("s"))
                .doesNotContainKey("otel.service.name");
    }

    private static TraceSettings read(Map<String, String> environment) {
        Settings settings = Settings.of(environment, Map.of());
        TraceSettings read = TraceSettings.read(settings);
        settings.check(Set.of());
        return read;
    }
}
