package dev.sluice.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.protocol.ProtocolJson;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminTokenTest {

    private static final String TOKEN = "c2VjcmV0-._~+/9=";

    @Test
    void whoSendsTheTokenMayGoOn() throws Exception {
        try (var service = guarded(Optional.of(new Secret(TOKEN)))) {
            assertThat(call(service, "Bearer " + TOKEN).statusCode()).isEqualTo(204);
            assertThat(call(service, "bearer  " + TOKEN).statusCode()).isEqualTo(204);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer c2VjcmV0-._~+/9",
                "Bearer c2VjcmV0-._~+/9=x",
                "Bearer C2VJCMV0-._~+/9=",
                "Basic c2VjcmV0-._~+/9=",
                "c2VjcmV0-._~+/9="
            })
    void anotherTokenOrNoneIsTold401AndHowToSendIt(String header) throws Exception {
        try (var service = guarded(Optional.of(new Secret(TOKEN)))) {
            var refused = call(service, header);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            assertThat(refused.headers().firstValue("Content-Type"))
                    .contains("application/problem+json");
            assertThat(ProtocolJson.mapper().readTree(refused.body()).get("detail").asString())
                    .contains("SLUICE_ADMIN_TOKEN")
                    .doesNotContain(TOKEN);
        }
    }

    @Test
    void whereNoTokenIsSetNobodyGoesOnAndTheVariableIsNamed() throws Exception {
        try (var service = guarded(Optional.empty())) {
            var refused = call(service, "Bearer " + TOKEN);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("SLUICE_ADMIN_TOKEN");
        }
    }

    @Test
    void aTokenThatCannotBeSentIsAMistakeAndIsNotShown() {
        var good = Settings.of(Map.of("SLUICE_ADMIN_TOKEN", TOKEN), Map.of());
        assertThat(AdminToken.read(good)).contains(new Secret(TOKEN));
        good.check(Set.of("sluice"));
        assertThat(good.effective()).containsEntry("sluice.admin-token", "***");
        assertThat(AdminToken.read(Settings.of(Map.of(), Map.of()))).isEmpty();

        var bad = Settings.of(Map.of("SLUICE_ADMIN_TOKEN", "two words"), Map.of());
        AdminToken.read(bad);
        assertThatThrownBy(() -> bad.check(Set.of("sluice")))
                .hasMessageContaining("SLUICE_ADMIN_TOKEN")
                .hasMessageContaining("must be letters")
                .hasMessageNotContaining("two words");
    }

    private static HttpService guarded(Optional<Secret> token) throws Exception {
        var guard = new AdminToken(token);
        return HttpService.start(
                new HttpService.Listen("127.0.0.1", 0, "DEMO_PORT"),
                new Metrics("demo"),
                Map::of,
                config ->
                        config.routes.put(
                                "/thing",
                                ctx -> {
                                    guard.require(ctx);
                                    ctx.status(204);
                                }));
    }

    private static HttpResponse<String> call(HttpService service, String authorization)
            throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(service.url() + "/thing"))
                        .PUT(HttpRequest.BodyPublishers.ofString("x"));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
