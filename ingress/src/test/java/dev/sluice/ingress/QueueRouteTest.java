package dev.sluice.ingress;

import static dev.sluice.ingress.Rig.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.testkit.TestBroker;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Routes to a queue, and the heartbeat. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueueRouteTest {

    private TestBroker broker;
    private Rig rig;
    private IngressService ingress;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        broker = TestBroker.in(dir);
        rig = new Rig(broker.bootstrapServers());
        rig.node("default", 6_000, 1_000_000_000L);
        rig.node("echo", 6_000, 1_000_000_000L);
        rig.node("silent", 6_000, 1_000_000_000L);
        ingress =
                rig.ingress(
                        "lb.routes.chat.prefix", "/chat",
                        "lb.routes.chat.pool", "echo",
                        "lb.routes.chat.path", "/v1/chat",
                        "lb.routes.chat.wait-seconds", "20",
                        "lb.routes.api.prefix", "/api",
                        "lb.routes.api.pool", "silent",
                        "lb.routes.api.forward-authorization", "true",
                        "lb.routes.nowhere.prefix", "/nowhere",
                        "lb.routes.nowhere.pool", "nobody",
                        "lb.heartbeat-max-connections", "2",
                        "lb.heartbeat-max-message-bytes", "1000",
                        "lb.heartbeat-idle-timeout-ms", "60000");
    }

    @AfterAll
    void stop() {
        ingress.close();
        rig.close();
        broker.close();
    }

    private static RequestEvent seen(AnsweringWorker worker) throws InterruptedException {
        RequestEvent event = worker.seen().poll(10, TimeUnit.SECONDS);
        assertThat(event).as("a request in the log").isNotNull();
        return java.util.Objects.requireNonNull(event);
    }

    @Test
    void servesAnExistingClientThroughTheQueue() throws Exception {
        try (var worker = rig.echo("echo")) {
            var answer =
                    rig.send(
                            ingress,
                            "PUT",
                            "/chat/a%2Fb?x=1",
                            "hello",
                            "Authorization",
                            "Bearer t",
                            "X-Mine",
                            "1");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(answer.headers().firstValue("Preference-Applied")).isEmpty();
            RequestEvent event = seen(worker);
            assertThat(event.method()).isEqualTo("PUT");
            assertThat(event.target()).isEqualTo("/v1/chat/a%2Fb?x=1");
            assertThat(event.headers())
                    .extracting(HttpHeader::name)
                    .contains("X-Mine")
                    .doesNotContain("Authorization");
        }
    }

    @Test
    void takesThePlaceOfADefaultRouteAndForwardsCredentialsIfItIsTold() throws Exception {
        try (var worker = rig.echo("silent")) {
            var answer =
                    rig.post(ingress, "/api/x", "a", "Authorization", "Bearer t", "Cookie", "c=1");
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(answer.headers().firstValue("Location")).isPresent();
            RequestEvent event = seen(worker);
            assertThat(event.target()).isEqualTo("/api/x");
            assertThat(event.headers())
                    .contains(
                            new HttpHeader("Authorization", "Bearer t"),
                            new HttpHeader("Cookie", "c=1"));
        }
    }

    @Test
    void refusesWhatTheQueueRefuses() throws Exception {
        assertThat(problem(rig.post(ingress, "/nowhere/x", "a"))).isEqualTo("404 unknown_pool");
        assertThat(
                        Wire.exchange(
                                ingress,
                                "GET /chat/../x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("bad_path");
    }

    private static final class Ear implements WebSocket.Listener {
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        final CompletableFuture<Boolean> pong = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            pong.complete(true);
            socket.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    private CompletableFuture<WebSocket> beat(IngressService at, Ear ear) {
        return rig.client
                .newWebSocketBuilder()
                .buildAsync(URI.create(at.url().replace("http", "ws") + "/api/ws-heartbeat"), ear);
    }

    @Test
    void countsEachMessageOnTheHeartbeatAsActivity() throws Exception {
        IngressService own = rig.ingress();
        try {
            assertThat(own.activity().lastMessageNanos()).isEmpty();
            var ear = new Ear();
            WebSocket socket = beat(own, ear).get(10, TimeUnit.SECONDS);
            socket.sendPing(ByteBuffer.allocate(1)).get(10, TimeUnit.SECONDS);
            assertThat(ear.pong.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(own.activity().lastMessageNanos()).isEmpty();
            socket.sendText("here", true).get(10, TimeUnit.SECONDS);
            await().until(() -> own.activity().lastMessageNanos().isPresent());
            long first = own.activity().lastMessageNanos().getAsLong();
            socket.sendBinary(ByteBuffer.allocate(3), true).get(10, TimeUnit.SECONDS);
            await().until(() -> own.activity().lastMessageNanos().getAsLong() - first > 0);
            own.close();
            assertThat(ear.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1001);
        } finally {
            own.close();
        }
    }

    private int heartbeats(IngressService at) throws Exception {
        return rig.get(at, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("sluice_ingress_heartbeats"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void boundsTheHeartbeat() throws Exception {
        var first = new Ear();
        var second = new Ear();
        WebSocket talks = beat(ingress, first).get(10, TimeUnit.SECONDS);
        beat(ingress, second).get(10, TimeUnit.SECONDS);
        // a client has its answer before the server counts the connection
        await().until(() -> heartbeats(ingress) == 2);
        assertThat(
                        Wire.exchange(
                                ingress,
                                String.join(
                                        "\r\n",
                                        "GET /api/ws-heartbeat HTTP/1.1",
                                        "Host: a",
                                        "Connection: Upgrade, close",
                                        "Upgrade: websocket",
                                        "Sec-WebSocket-Version: 13",
                                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                                        "",
                                        "")))
                .startsWith("HTTP/1.1 503 ")
                .contains("Retry-After: 10", "too_many_heartbeats");
        talks.sendText("x".repeat(1001), true).get(10, TimeUnit.SECONDS);
        assertThat(first.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1009);
        await().until(() -> beat(ingress, new Ear()).handle((s, e) -> e == null).join());
    }

    @Test
    void closesAHeartbeatThatSaysNothing() throws Exception {
        IngressService own = rig.ingress("lb.heartbeat-idle-timeout-ms", "1000");
        try {
            var ear = new Ear();
            beat(own, ear).get(10, TimeUnit.SECONDS);
            assertThat(ear.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1001);
        } finally {
            own.close();
        }
    }

    @Test
    void boundsTheHeartbeatAlsoForThoseWhoComeAtOnce() throws Exception {
        IngressService own =
                rig.ingress(
                        "lb.heartbeat-max-connections", "2",
                        "lb.heartbeat-idle-timeout-ms", "60000");
        try {
            // each is refused by its answer, or closed right after it, or stays
            var refused = new ArrayList<CompletableFuture<Boolean>>();
            for (int i = 0; i < 20; i++) {
                var ear = new Ear();
                CompletableFuture<Boolean> closed = ear.closed.thenApply(code -> code == 1013);
                refused.add(
                        beat(own, ear)
                                .handle((socket, error) -> error == null)
                                .thenCompose(
                                        open ->
                                                open
                                                        ? closed
                                                        : CompletableFuture.completedFuture(true)));
            }
            await().until(
                            () ->
                                    refused.stream().filter(r -> r.getNow(false)).count() == 18
                                            && heartbeats(own) == 2);
        } finally {
            own.close();
        }
    }
}
