package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.settings.SettingsException;
import dev.sluice.worker.dispatch.RetryOn;
import dev.sluice.worker.dispatch.RetrySettings;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {

    private static WorkerSettings read(Map<String, String> variables) {
        var settings = Settings.of(variables, Map.of());
        var own = WorkerSettings.read(settings);
        settings.check(Set.of("worker"));
        return own;
    }

    @Test
    void hasTheDocumentedDefaults() {
        var settings = read(Map.of());
        assertThat(settings.port()).isEqualTo(7300);
        assertThat(settings.count()).isEqualTo(1);
        assertThat(settings.requestTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.retry())
                .isEqualTo(
                        new RetrySettings(
                                5,
                                RetryOn.parse("connection,timeout,429,502,503,504"),
                                Duration.ofMillis(200),
                                Duration.ofSeconds(30)));
    }

    @Test
    void whatIsTriedAgainAndWhenIsASetting() {
        var settings =
                read(
                        Map.of(
                                "WORKER_RETRY_ON", "timeout,500",
                                "WORKER_RETRY_FIRST_MS", "50",
                                "WORKER_RETRY_MAX_MS", "50",
                                "WORKER_MAX_ATTEMPTS", "2"));
        assertThat(settings.retry())
                .isEqualTo(
                        new RetrySettings(
                                2,
                                new RetryOn(false, true, Set.of(500)),
                                Duration.ofMillis(50),
                                Duration.ofMillis(50)));
    }

    @Test
    void saysAllThatIsWrongAtOnce() {
        assertThatThrownBy(
                        () ->
                                read(
                                        Map.of(
                                                "WORKER_RETRY_ON", "always,302",
                                                "WORKER_RETRY_FIRST_MS", "5000",
                                                "WORKER_RETRY_MAX_MS", "4000",
                                                "WORKER_MAX_ATTEMPTS", "0",
                                                "WORKER_NONSENSE", "1")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("WORKER_RETRY_ON")
                .hasMessageContaining("'always', '302' are not")
                .hasMessageContaining("worker.retry-first-ms, which is 5000")
                .hasMessageContaining("WORKER_MAX_ATTEMPTS")
                .hasMessageContaining("WORKER_NONSENSE");
    }
}
