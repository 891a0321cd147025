package dev.sluice.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.testkit.ManualClock;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DemoNodesTest {

    private final ManualClock clock = new ManualClock();
    private DemoNodes nodes;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        nodes = DemoNodes.start("127.0.0.1", 0, clock::nanoTime);
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        client.close();
        nodes.close();
    }

    @Test
    void echoesTheBodyAndItsType() throws Exception {
        var answer =
                send(
                        request("/v1/chat?x=1")
                                .header("Content-Type", "application/x-thing")
                                .POST(BodyPublishers.ofString("hällo")));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hällo");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-thing");
        assertThat(answer.headers().firstValue("Demo-Node")).contains("demo-a");
    }

    @Test
    void saysWhatItReceivedWhereThereIsNoBody() throws Exception {
        var answer = json(send(request("/things?x=1").DELETE()));

        assertThat(answer.path("method").asString()).isEqualTo("DELETE");
        assertThat(answer.path("path").asString()).isEqualTo("/things?x=1");
    }

    @Test
    void countsRequestsAndBytesOfWorkOnly() throws Exception {
        send(request("/").POST(BodyPublishers.ofString("12345")));
        send(request("/health").GET());
        clock.advance(java.time.Duration.ofSeconds(30));
        var chunked =
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream("123".getBytes(UTF_8)));
        send(request("/").POST(chunked));
        clock.advance(java.time.Duration.ofSeconds(30));
        send(request("/").POST(BodyPublishers.ofString("1")));

        var stats = json(send(request("/stats").GET()));
        assertThat(stats.path("requests").asInt()).isEqualTo(3);
        assertThat(stats.path("bytes").asInt()).isEqualTo(9);
        assertThat(stats.path("most_requests_in_60_s").asInt()).isEqualTo(2);
        assertThat(stats.path("most_bytes_in_60_s").asInt()).isEqualTo(8);
        assertThat(stats.path("rpm").asInt()).isEqualTo(6_000);
        assertThat(stats.path("exceeded").asBoolean()).isFalse();
        assertThat(nodes.stats().get(1)).containsEntry("requests", 0L);
    }

    @Test
    void saysWhenItsLimitWasExceeded() {
        var node = DemoNode.three(clock::nanoTime).getLast();
        for (int i = 0; i < 1_200; i++) {
            node.arrived(1);
        }
        assertThat(node.stats()).containsEntry("exceeded", false);

        node.arrived(1);
        assertThat(node.stats()).containsEntry("exceeded", true);
    }

    @Test
    void namesTheVariableWhenAPortIsTaken() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(
                            () ->
                                    DemoNodes.start(
                                            "127.0.0.1", taken.getLocalPort(), clock::nanoTime))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()))
                    .hasMessageContaining("DEMO_PORT")
                    .hasMessageContaining("--no-demo-nodes");
        }
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(nodes.urls().getFirst() + target));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return ProtocolJson.mapper().readTree(answer.body());
    }
}
