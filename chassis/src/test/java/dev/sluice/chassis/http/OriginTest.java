package dev.sluice.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginTest {

    private static List<String> values(String text) {
        return text == null || text.isEmpty() ? List.of() : Arrays.asList(text.split("\\|", -1));
    }

    @ParameterizedTest
    @CsvSource({
        // Sec-Fetch-Site, Origin, Host, foreign
        "'', '', localhost:7100, false",
        "'', http://localhost:7100, localhost:7100, false",
        "'', HTTP://LocalHost:7100, localhost:7100, false",
        "'', http://sluice.example, sluice.example, false",
        "'', http://sluice.example, sluice.example:80, false",
        "'', https://sluice.example, sluice.example, false", // TLS ends before it comes here
        "'', https://sluice.example, sluice.example:443, false",
        "'', https://sluice.example:8443, sluice.example:8443, false",
        "'', http://[::1]:7100, [::1]:7100, false",
        "same-origin, '', localhost:7100, false",
        "same-origin, https://sluice.example, ingress:7100, false", // a proxy changed Host
        "none, '', localhost:7100, false",
        "'', http://localhost:7200, localhost:7100, true",
        "'', http://localhost, localhost:7100, true",
        "'', http://127.0.0.1:7100, localhost:7100, true",
        "'', http://evil.example, localhost:7100, true",
        "'', http://localhost:7100.evil.example, localhost:7100, true",
        "'', http://localhost:7100@evil.example, localhost:7100, true",
        "'', 'http://localhost:7100 http://evil.example', localhost:7100, true",
        "'', http://localhost:7100|http://localhost:7100, localhost:7100, true",
        "'', null, localhost:7100, true",
        "'', file://, localhost:7100, true",
        "'', chrome-extension://abc, localhost:7100, true",
        "'', http://localhost:7100, '', true",
        "none, http://evil.example, localhost:7100, true",
        "cross-site, '', localhost:7100, true",
        "same-site, '', localhost:7100, true",
        "cross-site, http://localhost:7100, localhost:7100, true",
        "same-origin|cross-site, '', localhost:7100, true",
        "something-new, '', localhost:7100, true",
    })
    void knowsWhatAPageOfAnotherOriginDoes(
            String site, String origin, String host, boolean foreign) {
        assertThat(Origin.isForeign(values(site), values(origin), values(host))).isEqualTo(foreign);
    }

    @Test
    void letsInTheOriginsThatAreListed() {
        var origins = new AllowedOrigins(List.of("https://App.example", "http://localhost:3000"));
        assertThat(origins.allowing(List.of("https://app.example")))
                .hasValue("https://app.example");
        assertThat(origins.allowing(List.of("https://app.example:443")))
                .hasValue("https://app.example:443");
        assertThat(origins.allowing(List.of("http://localhost:3000"))).isPresent();
        assertThat(origins.allowing(List.of("http://app.example"))).isEmpty();
        assertThat(origins.allowing(List.of("https://app.example.evil.example"))).isEmpty();
        assertThat(origins.allowing(List.of("null"))).isEmpty();
        assertThat(origins.allowing(List.of())).isEmpty();
        assertThat(AllowedOrigins.NONE.allowing(List.of("https://app.example"))).isEmpty();
        assertThat(new AllowedOrigins(List.of("*")).allowing(List.of("null"))).hasValue("*");
        assertThatThrownBy(() -> new AllowedOrigins(List.of("app.example")))
                .hasMessageContaining("https://app.example");
        assertThatThrownBy(() -> new AllowedOrigins(List.of("https://app.example/")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
