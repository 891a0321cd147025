package dev.sluice.chassis.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.chassis.http.AdvertisedUrl;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A value of a setting of each kind: it is within its bounds, or the start is refused. */
class SettingsFuzzTest {

    @FuzzTest
    void isWithinItsBoundsOrRefused(byte[] input) {
        String value = new String(input, StandardCharsets.UTF_8);
        Settings settings =
                Settings.of(
                        Map.of(
                                "LB_NUMBER", value,
                                "LB_PORT", value,
                                "LB_FLAG", value,
                                "LB_URL", value,
                                "LB_SECRET", value,
                                "LB_ADVERTISED_URL", value),
                        Map.of());
        long number = settings.number("lb.number", 5, 1, 1_000_000_000_000L, "bytes");
        int port = settings.port("lb.port", 7100);
        settings.flag("lb.flag", false);
        Optional<URI> url = settings.url("lb.url");
        Optional<Secret> secret = settings.secret("lb.secret");
        Optional<String> advertised = AdvertisedUrl.read(settings, "lb");

        assertThat(number).isBetween(1L, 1_000_000_000_000L);
        assertThat(port).isBetween(0, 65_535);
        url.ifPresent(there -> assertThat(there.getHost()).isNotEmpty());
        assertThat(settings.effective())
                .containsEntry("lb.secret", secret.isPresent() ? "***" : "(unset)");
        try {
            settings.check(Set.of("lb"));
        } catch (SettingsException e) {
            assertThat(e.getMessage()).contains("LB_");
            return;
        }
        // what is announced under it must be a URL with a host
        advertised.ifPresent(there -> assertThat(URI.create(there).getHost()).isNotEmpty());
    }
}
