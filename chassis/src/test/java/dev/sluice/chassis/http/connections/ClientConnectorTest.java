package dev.sluice.chassis.http.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.pace.ConnectionPace;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientConnectorTest {

    private static final String GET = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";

    private final Metrics metrics = new Metrics("test");
    private final AtomicInteger gone = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<Socket> sockets = new ArrayList<>();
    private @Nullable HttpService service;
    private volatile @Nullable ClientEndPoint waiting;

    @AfterEach
    void close() throws IOException {
        release.countDown();
        for (Socket socket : sockets) {
            socket.close();
        }
        service().close();
        metrics.close();
    }

    @Test
    void aHeadThatDripsIsCutOffAndOthersAreServed() throws Exception {
        start(limits(100, 100, 100));
        Socket slow = connect("127.0.0.1");
        write(slow, "GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ");

        dripUntilClosed(slow);

        assertThat(closed("head_too_slow")).isEqualTo(1);
        assertThat(get(connect("127.0.0.1"))).startsWith("HTTP/1.1 200");
    }

    @Test
    void aBodyThatDripsIsToldAndCutOff() throws Exception {
        start(limits(100, 100, 100));
        Socket slow = connect("127.0.0.1");
        write(slow, "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n");

        String answer = dripUntilClosed(slow);

        assertThat(answer).startsWith("HTTP/1.1 408").contains("too slow");
        assertThat(closed("body_too_slow")).isEqualTo(1);
    }

    @Test
    void whoDoesNotReadTheAnswerIsCutOff() throws Exception {
        start(limits(100, 100, 100));
        Socket slow = new Socket();
        sockets.add(slow);
        slow.setReceiveBufferSize(4 * 1024);
        slow.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port()));
        write(slow, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n");

        await().until(() -> closed("reader_too_slow") == 1);
    }

    @Test
    void aClientThatLeavesWhileItWaitsIsNoticed() throws Exception {
        start(limits(100, 100, 100));
        Socket waiting = connect("127.0.0.1");
        write(waiting, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        await().until(() -> waits() == 1);

        waiting.close();

        await().atMost(Duration.ofSeconds(5)).until(() -> gone.get() == 1);
    }

    @Test
    void aWaitEndsWithItsConnectionWhoeverClosesIt() throws Exception {
        start(limits(100, 100, 100));
        write(connect("127.0.0.1"), "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        await().until(() -> waits() == 1);

        Objects.requireNonNull(waiting).cutOff(new IOException("for the test"));

        await().atMost(Duration.ofSeconds(5)).until(() -> gone.get() == 1);
    }

    @Test
    void whatAClientSendsWhileItWaitsIsServedAfterIt() throws Exception {
        start(limits(100, 100, 100));
        Socket waiting = connect("127.0.0.1");
        write(waiting, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        await().until(() -> waits() == 1);
        write(waiting, GET);
        // long enough to be found by whoever looks whether the client is there
        await().pollDelay(Duration.ofMillis(700)).until(() -> gone.get() == 0);

        release.countDown();

        String both = readUntil(waiting, "\"up\"}");
        assertThat(both).contains("waited").contains("{\"status\":\"up\"}");
    }

    @Test
    void aClientWithAsManyConnectionsAsItMayHasTheOldestIdleOneClosedForANewOne() throws Exception {
        start(limits(100, 5, 5));
        Socket oldest = connect("127.0.0.1");
        assertThat(get(oldest)).startsWith("HTTP/1.1 200");
        // until somebody has looked, who sees no order within one look
        await().pollDelay(Duration.ofMillis(600)).until(() -> true);
        for (int i = 0; i < 4; i++) {
            assertThat(get(connect("127.0.0.1"))).startsWith("HTTP/1.1 200");
        }
        // until it is no longer young
        await().pollDelay(Duration.ofMillis(800)).until(() -> true);

        assertThat(get(connect("127.0.0.1"))).startsWith("HTTP/1.1 200");

        assertThat(isClosed(oldest)).isTrue();
        assertThat(closed("for_another")).isEqualTo(1);
    }

    @Test
    void whoseConnectionsAllHaveARequestInHandGetsNoFurtherOneAndOthersDo() throws Exception {
        start(limits(100, 3, 3));
        for (int i = 0; i < 3; i++) {
            write(connect("127.0.0.1"), "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        await().until(() -> waits() == 3);

        Socket further = connect("127.0.0.1");

        assertThat(isClosed(further)).isTrue();
        assertThat(closed("client_limit")).isEqualTo(1);
        assertThat(get(connect("127.0.0.2"))).startsWith("HTTP/1.1 200");
    }

    @Test
    void tooManyRequestsThatAreNotWholeAreCutOffOldestFirst() throws Exception {
        start(limits(100, 50, 2));
        Socket first = connect("127.0.0.1");
        write(first, "GET /he");
        await().pollDelay(Duration.ofMillis(600)).until(() -> true);
        for (int i = 0; i < 2; i++) {
            write(connect("127.0.0.1"), "GET /he");
        }

        await().until(() -> closed("half_open_limit") == 1);

        assertThat(isClosed(first)).isTrue();
    }

    @Test
    void requestsThatComeByATrustedProxyAreNotCutOffForEachOther() throws Exception {
        start(new ConnectionLimits(100, 2, 2, pace(30), AddressRange.list("127.0.0.1")));
        var half = new ArrayList<Socket>();
        for (int i = 0; i < 5; i++) {
            Socket socket = connect("127.0.0.1");
            write(socket, "GET /he");
            half.add(socket);
        }
        // until it has been looked twice
        await().pollDelay(Duration.ofMillis(700)).until(() -> true);

        for (Socket socket : half) {
            write(socket, "alth HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(readUntil(socket, "\"up\"}")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void whatIsOnItsWayGoesAfterWhatIsIdle() throws Exception {
        start(new ConnectionLimits(100, 2, 100, pace(30), List.of()));
        Socket uploading = connect("127.0.0.1");
        write(uploading, "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
        // so that it is the older one
        await().pollDelay(Duration.ofMillis(700)).until(() -> true);
        Socket idle = connect("127.0.0.1");
        assertThat(get(idle)).startsWith("HTTP/1.1 200");
        await().pollDelay(Duration.ofMillis(900)).until(() -> true);

        assertThat(get(connect("127.0.0.1"))).startsWith("HTTP/1.1 200");

        assertThat(isClosed(idle)).isTrue();
        write(uploading, "cde");
        assertThat(readUntil(uploading, "got 5")).startsWith("HTTP/1.1 200");
    }

    @Test
    void beyondAllConnectionsAcceptingWaitsAndGoesOn() throws Exception {
        start(limits(3, 3, 3));
        var waiting = new ArrayList<Socket>();
        for (int i = 0; i < 3; i++) {
            Socket socket = connect("127.0.0." + (i + 1));
            write(socket, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
            waiting.add(socket);
        }
        await().until(() -> waits() == 3);
        Socket next = connect("127.0.0.9"); // the kernel takes it
        Socket later = connect("127.0.0.9");
        write(next, GET);
        write(later, GET);
        next.setSoTimeout(1_000);
        later.setSoTimeout(1_000);

        release.countDown();
        for (Socket socket : waiting) {
            socket.close();
        }

        later.setSoTimeout(10_000);
        next.setSoTimeout(10_000);
        assertThat(readUntil(next, "\"up\"")).startsWith("HTTP/1.1 200");
        assertThat(readUntil(later, "\"up\"")).startsWith("HTTP/1.1 200");
    }

    @Test
    void whoIsBehindATrustedProxyIsTheLastAddressThatIsNone() throws Exception {
        start(new ConnectionLimits(100, 1, 1, pace(), AddressRange.list("127.0.0.1,10.0.0.0/8")));
        Socket proxy = connect("127.0.0.1");

        String forwarded = "X-Forwarded-For: 203.0.113.7, 198.51.100.2, 10.1.1.1\r\n";
        write(proxy, "GET /who HTTP/1.1\r\nHost: a\r\n" + forwarded + "\r\n");

        assertThat(readUntil(proxy, "}")).contains(network("198.51.100.2"));
        // and has no bound of its own
        assertThat(get(connect("127.0.0.1"))).startsWith("HTTP/1.1 200");
        assertThat(get(proxy)).startsWith("HTTP/1.1 200");
    }

    @Test
    void whoIsNoTrustedProxyIsNotBelieved() throws Exception {
        start(limits(100, 100, 100));
        Socket client = connect("127.0.0.1");

        write(client, "GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.2\r\n\r\n");

        assertThat(readUntil(client, "}")).contains(network("127.0.0.1"));
    }

    private void start(ConnectionLimits limits) throws Exception {
        service =
                HttpService.start(
                        new HttpService.Listen("127.0.0.1", 0, "DEMO_PORT"),
                        limits,
                        metrics,
                        Map::of,
                        config -> {
                            config.routes.get(
                                    "/large", ctx -> ctx.result("x".repeat(32 * 1024 * 1024)));
                            config.routes.get(
                                    "/who",
                                    ctx ->
                                            ctx.result(
                                                    "{"
                                                            + ClientConnection.clientOf(ctx.req())
                                                                    .network()
                                                            + "}"));
                            config.routes.post(
                                    "/body",
                                    ctx -> {
                                        try {
                                            ctx.result("got " + ctx.bodyAsBytes().length);
                                        } catch (Exception e) {
                                            boolean slow =
                                                    ClientConnection.of(ctx.req())
                                                            .orElseThrow()
                                                            .bodyTooSlow();
                                            ctx.status(slow ? 408 : 500).result("too slow");
                                        }
                                    });
                            config.routes.get(
                                    "/wait",
                                    ctx -> {
                                        var connection =
                                                ClientConnection.of(ctx.req()).orElseThrow();
                                        waiting = (ClientEndPoint) connection;
                                        try (var _ = connection.whenGone(gone::incrementAndGet)) {
                                            inHand.incrementAndGet();
                                            var _ = release.await(30, TimeUnit.SECONDS);
                                        } finally {
                                            inHand.decrementAndGet();
                                        }
                                        ctx.result("waited");
                                    });
                        });
    }

    private final AtomicInteger inHand = new AtomicInteger();

    private HttpService service() {
        return Objects.requireNonNull(service);
    }

    private int port() {
        return service().port();
    }

    private int waits() {
        return inHand.get();
    }

    private static ConnectionLimits limits(int max, int perClient, int halfOpen) {
        return new ConnectionLimits(max, perClient, halfOpen, pace(), List.of());
    }

    private static ConnectionPace.Bounds pace() {
        return pace(2);
    }

    private static ConnectionPace.Bounds pace(int seconds) {
        long nanos = TimeUnit.SECONDS.toNanos(seconds);
        return new ConnectionPace.Bounds(nanos, nanos, nanos, 1_000);
    }

    private static String network(String address) {
        return ClientNetwork.of(InetAddress.ofLiteral(address)).toString();
    }

    private double closed(String reason) {
        return metrics.registry()
                .get("sluice.http.connections.closed")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private Socket connect(String from) throws IOException {
        var socket = new Socket();
        sockets.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port()));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String get(Socket socket) throws IOException {
        write(socket, GET);
        return readUntil(socket, "\"up\"}");
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        var text = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (text.indexOf(end) < 0) {
            int next = in.read();
            if (next < 0) {
                return text.toString();
            }
            text.append((char) next);
        }
        return text.toString();
    }

    /** Sends a byte now and then; what the server said before it closed. */
    private static String dripUntilClosed(Socket socket) throws Exception {
        var said = new StringBuilder();
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(300))
                .until(
                        () -> {
                            try {
                                write(socket, "x");
                            } catch (SocketException e) {
                                return true;
                            }
                            socket.setSoTimeout(50);
                            try {
                                int next = socket.getInputStream().read();
                                while (next >= 0) {
                                    said.append((char) next);
                                    next = socket.getInputStream().read();
                                }
                                return true;
                            } catch (java.net.SocketTimeoutException e) {
                                return false;
                            } catch (SocketException e) {
                                return true;
                            }
                        });
        return said.toString();
    }

    private static boolean isClosed(Socket socket) throws IOException {
        socket.setSoTimeout(5_000);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }
}
