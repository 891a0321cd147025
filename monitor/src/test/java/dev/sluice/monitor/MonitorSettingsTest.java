package dev.sluice.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.settings.SettingsException;
import dev.sluice.monitor.health.CheckRules;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MonitorSettingsTest {

    @Test
    void hasDefaults() {
        MonitorSettings settings = read(Map.of());

        assertThat(settings.listen().host()).isEqualTo("127.0.0.1");
        assertThat(settings.listen().port()).isEqualTo(7400);
        assertThat(settings.nodesFile()).isEmpty();
        assertThat(settings.rules()).isEqualTo(new CheckRules(2_000, 1, 2));
        assertThat(settings.timeoutMs()).isEqualTo(1_500);
    }

    @Test
    void theTimeoutIsNeverAboveTheInterval() {
        assertThat(read(Map.of("MONITOR_INTERVAL_MS", "400")).timeoutMs()).isEqualTo(400);
        assertThatThrownBy(
                        () ->
                                read(
                                        Map.of(
                                                "MONITOR_INTERVAL_MS", "400",
                                                "MONITOR_TIMEOUT_MS", "401")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("MONITOR_TIMEOUT_MS")
                .hasMessageContaining("from 50 to 400 ms, at most monitor.interval-ms");
    }

    @Test
    void theNodesFileIsAPath() {
        assertThat(read(Map.of("SLUICE_NODES_FILE", "/etc/nodes.yaml")).nodesFile())
                .contains(Path.of("/etc/nodes.yaml"));
    }

    private static MonitorSettings read(Map<String, String> environment) {
        Settings settings = Settings.of(environment, Map.of());
        MonitorSettings read = MonitorSettings.read(settings);
        settings.check(Set.of("monitor"));
        return read;
    }
}
