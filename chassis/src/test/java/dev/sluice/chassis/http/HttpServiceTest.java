package dev.sluice.chassis.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.protocol.ProtocolJson;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpServiceTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpService service = startService();

    private static HttpService startService() {
        try {
            return start("127.0.0.1", 0);
        } catch (StartException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpService start(String host, int port) throws StartException {
        return HttpService.start(
                new HttpService.Listen(host, port, "DEMO_PORT"),
                new Metrics("demo"),
                () -> Map.of("queued", 3),
                config -> {
                    config.routes.get(
                            "/busy",
                            ctx -> {
                                throw new ProblemException(
                                        new Problem(
                                                429,
                                                "queue_full",
                                                "Queue full",
                                                "Come back.",
                                                Map.of("pool", "default")),
                                        OptionalLong.of(7));
                            });
                    config.routes.get(
                            "/bug",
                            ctx -> {
                                throw new IllegalStateException("secret of the inside");
                            });
                });
    }

    @Test
    void whoAsksForAWebSocketIsGivenNoSession() throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(service.url() + "/health"))
                        .header("Sec-WebSocket-Version", "13")
                        .build();

        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(answer.body()).doesNotContain("Exception");
    }

    @Test
    void whatTheServerRefusesByItselfIsAProblemToo() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(service.url() + "/a%00b")).build();
        HttpResponse<byte[]> refused =
                client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(ProtocolJson.mapper().readTree(refused.body()).get("status").asInt())
                .isEqualTo(400);

        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.getOutputStream().write("NOT HTTP\r\n\r\n".getBytes(US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            assertThat(answer)
                    .startsWith("HTTP/1.1 505")
                    .contains("application/problem+json")
                    .contains("\"status\":505");
        }
    }

    @Test
    void takesAFreePortWhenAskedTo() {
        assertThat(service.url()).isEqualTo("http://127.0.0.1:" + service.port());
    }

    @AfterAll
    void close() {
        service.close();
    }

    @Test
    void everyServiceTellsItsHealthStatsAndMetrics() throws Exception {
        assertThat(get("/health").body()).isEqualTo("{\"status\":\"up\"}");
        assertThat(get("/stats").body()).isEqualTo("{\"queued\":3}");
        assertThat(get("/stats").headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/json");
        HttpResponse<String> metrics = get("/metrics");
        assertThat(metrics.body()).contains("jvm_memory_used_bytes{", "service=\"demo\"");
        assertThat(metrics.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain");
    }

    @Test
    void requestsAreMeasuredByTheRouteThatServedThemAndNeverByTheirPath() throws Exception {
        get("/busy");
        get("/made-up-by-a-client");
        send("MADEUP", "/health");

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () ->
                                assertThat(get("/metrics").body())
                                        .contains(counted("GET", "/busy", "4xx"))
                                        .contains(counted("GET", "none", "4xx"))
                                        .containsPattern("count\\{method=\"other\",route=\"none\"")
                                        .contains(counted("GET", "/metrics", "2xx"))
                                        .contains("http_server_active_requests{service=\"demo\"}")
                                        .doesNotContain("made-up", "MADEUP"));
    }

    private static String counted(String method, String route, String status) {
        return "http_server_requests_seconds_count{method=\"%s\",route=\"%s\",service=\"demo\",status=\"%s\"}"
                .formatted(method, route, status);
    }

    @Test
    void whatIsNotThereIsAProblem() throws Exception {
        HttpResponse<String> response = get("/nowhere");

        assertProblem(response, 404, "urn:sluice:problem:not_found");
        assertThat(json(response).get("detail").asString())
                .isEqualTo("There is nothing at /nowhere.");
    }

    @Test
    void anotherMethodIsAProblemThatSaysWhichAreAllowed() throws Exception {
        HttpResponse<String> response = send("DELETE", "/health");

        assertProblem(response, 405, "urn:sluice:problem:method_not_allowed");
        assertThat(response.headers().firstValue("Allow").orElseThrow()).contains("GET");
    }

    @Test
    void aProblemCarriesItsMembersAndWhenToTryAgain() throws Exception {
        HttpResponse<String> response = get("/busy");

        assertProblem(response, 429, "urn:sluice:problem:queue_full");
        assertThat(response.headers().firstValue("Retry-After")).contains("7");
        assertThat(json(response).get("title").asString()).isEqualTo("Queue full");
        assertThat(json(response).get("pool").asString()).isEqualTo("default");
    }

    @Test
    void aBugIsAProblemThatSaysNothingOfTheInside() throws Exception {
        HttpResponse<String> response = get("/bug");

        assertProblem(response, 500, "urn:sluice:problem:internal_error");
        assertThat(response.body()).doesNotContain("secret of the inside");
    }

    @Test
    void aPortThatIsTakenIsNamedWithItsVariable() {
        assertThatThrownBy(() -> start("127.0.0.1", service.port()))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("port %d on 127.0.0.1 is taken", service.port())
                .hasMessageContaining("DEMO_PORT");
    }

    @Test
    void anAddressThatIsNotOursIsNoTakenPort() {
        assertThatThrownBy(() -> start("192.0.2.1", 0))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("192.0.2.1")
                .hasMessageNotContaining("taken");
    }

    private static void assertProblem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/problem+json");
        assertThat(json(response).get("status").asInt()).isEqualTo(status);
        assertThat(json(response).get("type").asString()).isEqualTo(type);
    }

    private static JsonNode json(HttpResponse<String> response) {
        return ProtocolJson.mapper().readTree(response.body());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path);
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(service.url() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
