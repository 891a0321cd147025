package dev.sluice.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.chassis.http.connections.ConnectionLimits;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.ProtocolJson;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class AdminTokenTest {

    private static final String TOKEN = "c2VjcmV0-._~+/9=";

    private final MeterRegistry registry = new SimpleMeterRegistry();

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
    void afterTenWrongTokensTheAddressIsRefusedAndOthersAreNot() throws Exception {
        try (var service = guarded(Optional.of(new Secret(TOKEN)))) {
            for (int i = 0; i < 10; i++) {
                assertThat(call(service, "Bearer wrong" + i).statusCode()).isEqualTo(401);
            }
            var refused = call(service, "Bearer wrong");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0))
                    .isBetween(1L, 60L);
            assertThat(call(service, "Bearer " + TOKEN).statusCode())
                    .as("a short token could be found out by trying on")
                    .isEqualTo(429);
            assertThat(callFrom("127.0.0.9", service, "Bearer " + TOKEN)).contains(" 204 ");
            assertThat(attempts("wrong")).isEqualTo(10);
            assertThat(attempts("refused")).isEqualTo(2);
            assertThat(attempts("allowed")).isEqualTo(1);
        }
    }

    @Test
    void behindATrustedProxyTheWrongOnesCountForWhoSentThem() throws Exception {
        var limits =
                ConnectionLimits.read(
                        Settings.of(Map.of("LB_TRUSTED_PROXIES", "127.0.0.1"), Map.of()));
        try (var service = guarded(Optional.of(new Secret(TOKEN)), limits)) {
            for (int i = 0; i < 10; i++) {
                String from = "2001:db8:1:2::" + i;
                assertThat(callBehind(service, from, "Bearer wrong")).as(from).isEqualTo(401);
            }
            assertThat(callBehind(service, "2001:db8:1:2:ffff::1", "Bearer wrong")).isEqualTo(429);
            assertThat(callBehind(service, "2001:db8:1:3::1", "Bearer wrong")).isEqualTo(401);
            assertThat(callBehind(service, "203.0.113.7", "Bearer " + TOKEN)).isEqualTo(204);
        }
    }

    @Test
    void whoHasALongTokenIsNeverLockedOut() throws Exception {
        String token = "x".repeat(43);
        try (var service = guarded(Optional.of(new Secret(token)))) {
            for (int i = 0; i < 11; i++) {
                call(service, "Bearer wrong" + i);
            }
            assertThat(call(service, "Bearer " + token).statusCode()).isEqualTo(204);
        }
    }

    @Test
    void aWrongTokenIsAnsweredSlowlyAndManyAtOnceHoldFewThreads() throws Exception {
        try (var service = guarded(Optional.of(new Secret(TOKEN)));
                var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create(service.url() + "/thing"))
                            .header("Authorization", "Bearer wrong")
                            .PUT(HttpRequest.BodyPublishers.noBody())
                            .build();
            long begun = System.nanoTime();
            client.send(request, HttpResponse.BodyHandlers.discarding());
            assertThat(System.nanoTime() - begun).isGreaterThan(300_000_000L);

            var all =
                    IntStream.range(0, 200)
                            .mapToObj(
                                    i ->
                                            client.sendAsync(
                                                    request,
                                                    HttpResponse.BodyHandlers.discarding()))
                            .toList();
            var statuses = all.stream().map(answer -> answer.join().statusCode()).toList();
            assertThat(statuses).containsOnly(401, 429).contains(429);
        }
    }

    @Test
    void eachChangeIsALineOfTheAuditWithItsEnd() throws Exception {
        var logger = (Logger) LoggerFactory.getLogger(AdminAudit.LOGGER);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try (var service = guarded(Optional.of(new Secret(TOKEN)))) {
            call(service, "Bearer wrong");
            call(service, "Bearer " + TOKEN);
            await().untilAsserted(
                            () ->
                                    assertThat(lines.list)
                                            .extracting(ILoggingEvent::getFormattedMessage)
                                            .containsExactly(
                                                    "PUT /thing from 127.0.0.1: 204; sent: x"));
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(AdminAudit.shown("a\r\n2026 fake\u001b[0m" + "x".repeat(1_000)))
                .startsWith("a 2026 fake?[0m")
                .hasSize(501);
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

    private double attempts(String result) {
        return registry.get("sluice.admin.attempts").tag("result", result).counter().count();
    }

    private static String callFrom(String address, HttpService service, String authorization)
            throws Exception {
        var target = InetAddress.ofLiteral("127.0.0.1");
        try (var socket = new Socket(target, service.port(), InetAddress.ofLiteral(address), 0)) {
            String head =
                    "PUT /thing HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n"
                                    .formatted(service.port())
                            + "Content-Length: 0\r\nAuthorization: "
                            + authorization
                            + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static int callBehind(HttpService service, String from, String authorization)
            throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(service.url() + "/thing"))
                        .PUT(HttpRequest.BodyPublishers.noBody())
                        .header("X-Forwarded-For", from)
                        .header("Authorization", authorization)
                        .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private HttpService guarded(Optional<Secret> token) throws Exception {
        return guarded(token, ConnectionLimits.ofService());
    }

    private HttpService guarded(Optional<Secret> token, ConnectionLimits limits) throws Exception {
        var guard = new AdminToken(token, registry, NanoClock.SYSTEM);
        return HttpService.start(
                new HttpService.Listen("127.0.0.1", 0, "DEMO_PORT"),
                limits,
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
