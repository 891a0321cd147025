package dev.sluice.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FakeNodeTest {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterAll
    static void close() {
        CLIENT.close();
    }

    @Test
    void echoesAndRecordsWhatItSaw() throws Exception {
        try (var node = FakeNode.echo()) {
            long before = System.nanoTime();
            var response =
                    CLIENT.send(
                            request(node, "/a/b?c=%20d")
                                    .header("Content-Type", "text/x-test")
                                    .header("X-Many", "1")
                                    .header("X-Many", "2")
                                    .PUT(BodyPublishers.ofString("hello"))
                                    .build(),
                            BodyHandlers.ofString());
            long after = System.nanoTime();

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("hello");
            assertThat(response.headers().firstValue("content-type")).hasValue("text/x-test");
            assertThat(response.headers().firstValue("x-echo")).hasValue("PUT /a/b?c=%20d");
            assertThat(node.seen()).hasSize(1);
            var seen = node.seen().getFirst();
            assertThat(seen.method()).isEqualTo("PUT");
            assertThat(seen.target()).isEqualTo("/a/b?c=%20d");
            assertThat(seen.headers().get("x-MANY")).containsExactly("1", "2");
            assertThat(seen.body()).isEqualTo("hello".getBytes(UTF_8));
            assertThat(seen.bodyBytes()).isEqualTo(5);
            assertThat(seen.whole()).isTrue();
            assertThat(seen.arrivedNanos() - before).isBetween(0L, after - before);
        }
    }

    @Test
    void keepsLengthsOnlyWhenAsked() throws Exception {
        try (var node = FakeNode.start(FakeNode.Keep.LENGTHS, Reply::echo)) {
            var response =
                    CLIENT.send(
                            request(node, "/")
                                    .header("Sluice-Request-Id", "r-1")
                                    .POST(BodyPublishers.ofByteArray(new byte[100_000]))
                                    .build(),
                            BodyHandlers.ofByteArray());

            assertThat(response.body()).hasSize(100_000);
            var seen = node.seen().getFirst();
            assertThat(seen.body()).isEmpty();
            assertThat(seen.bodyBytes()).isEqualTo(100_000);
            assertThat(seen.headers()).containsOnlyKeys("Sluice-Request-Id");
            assertThat(SlidingWindow.peakPerMinute(node.hits()))
                    .isEqualTo(new SlidingWindow.Peak(1, 100_000));
        }
    }

    @Test
    void answersManyDelayedRequestsAtOnce() {
        try (var node = FakeNode.slow(Duration.ofMillis(500))) {
            long before = System.nanoTime();
            var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (int i = 0; i < 200; i++) {
                answers.add(CLIENT.sendAsync(request(node, "/").build(), BodyHandlers.ofString()));
            }
            answers.forEach(a -> assertThat(a.join().statusCode()).isEqualTo(200));
            long took = System.nanoTime() - before;

            assertThat(Duration.ofNanos(took))
                    .isBetween(Duration.ofMillis(500), Duration.ofSeconds(10));
            assertThat(node.count()).isEqualTo(200);
            assertThat(node.peakInFlight()).isGreaterThan(20);
            assertThat(node.inFlight()).isZero();
        }
    }

    @Test
    void changesItsScriptWhileItRuns() throws Exception {
        try (var node = FakeNode.fixed(500)) {
            assertThat(get(node, "/").statusCode()).isEqualTo(500);

            node.script(seen -> Reply.throttled(Duration.ofMillis(1_500)));
            var throttled = get(node, "/");

            assertThat(throttled.statusCode()).isEqualTo(429);
            assertThat(throttled.headers().firstValue("retry-after")).hasValue("2");
        }
    }

    @Test
    void answersHealthApartAndDoesNotCountIt() throws Exception {
        try (var node = FakeNode.fixed(200)) {
            assertThat(get(node, "/health").statusCode()).isEqualTo(200);
            node.healthy(false);
            assertThat(get(node, "/health").statusCode()).isEqualTo(503);

            assertThat(node.healthChecks()).isEqualTo(2);
            assertThat(node.count()).isZero();
        }
    }

    @Test
    void dropsTheConnectionBeforeAnyByte() throws Exception {
        try (var node = FakeNode.start(seen -> new Reply.DropConnection())) {
            assertThat(raw(node)).isEmpty();
            assertThat(node.count()).isEqualTo(1);
            await().untilAsserted(() -> assertThat(node.inFlight()).isZero());
        }
    }

    @Test
    void dropsTheConnectionAmidTheHead() throws Exception {
        try (var node = FakeNode.start(seen -> new Reply.DropMidHead(200))) {
            assertThat(raw(node)).isEqualTo("HTTP/1.1 200 OK\r\nContent-Len");
            assertThat(node.inFlight()).isZero();
        }
    }

    @Test
    void dropsTheConnectionAmidTheBody() throws Exception {
        var body = "0123456789".getBytes(UTF_8);
        try (var node = FakeNode.start(seen -> new Reply.DropMidBody(200, body))) {
            assertThat(raw(node))
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("content-length: 10")
                    .endsWith("\r\n\r\n01234");
            assertThatThrownBy(() -> get(node, "/")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void hangsUntilItIsStopped() {
        try (var node = FakeNode.start(seen -> new Reply.Hang())) {
            var answer = CLIENT.sendAsync(request(node, "/").build(), BodyHandlers.ofString());

            await().untilAsserted(() -> assertThat(node.inFlight()).isEqualTo(1));
            assertThat(answer).isNotDone();
            node.stop();
            assertThat(answer).failsWithin(Duration.ofSeconds(30));
            assertThat(node.inFlight()).isZero();
        }
    }

    @Test
    void recordsARequestWhoseBodyNeverCame() throws Exception {
        try (var node = FakeNode.echo()) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
                socket.getOutputStream()
                        .write(
                                "POST / HTTP/1.1\r\nHost: n\r\nContent-Length: 9\r\n\r\nhalf"
                                        .getBytes(UTF_8));
                await().untilAsserted(() -> assertThat(node.inFlight()).isEqualTo(1));
            }
            await().untilAsserted(() -> assertThat(node.count()).isEqualTo(1));
            assertThat(node.seen().getFirst().whole()).isFalse();
            await().untilAsserted(() -> assertThat(node.inFlight()).isZero());
        }
    }

    @Test
    void refusesConnectionsWhileStoppedAndComesBackOnItsPort() throws Exception {
        try (var node = FakeNode.fixed(204)) {
            assertThat(get(node, "/").statusCode()).isEqualTo(204);
            int port = node.port();

            node.stop();
            assertThatThrownBy(() -> get(node, "/")).isInstanceOf(ConnectException.class);

            node.start();
            assertThat(node.port()).isEqualTo(port);
            assertThat(get(node, "/").statusCode()).isEqualTo(204);
            assertThat(node.count()).isEqualTo(2);
        }
    }

    @Test
    void tellsAtItsEndThatAScriptFailed() throws Exception {
        var node =
                FakeNode.start(
                        seen -> {
                            throw new IllegalArgumentException("wrong test");
                        });
        assertThat(get(node, "/").statusCode()).isEqualTo(500);

        assertThatThrownBy(node::close).hasRootCauseMessage("wrong test");
    }

    private static HttpRequest.Builder request(FakeNode node, String target) {
        return HttpRequest.newBuilder(node.uri().resolve(target));
    }

    private static HttpResponse<String> get(FakeNode node, String target) throws Exception {
        return CLIENT.send(request(node, target).build(), BodyHandlers.ofString());
    }

    /** All bytes that come back, with no HTTP client in between. */
    private static String raw(FakeNode node) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: n\r\n\r\n".getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
