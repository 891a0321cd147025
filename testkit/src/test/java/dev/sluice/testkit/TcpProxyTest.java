package dev.sluice.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TcpProxyTest {

    private ServerSocket server;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::echoAll);
        proxy = TcpProxy.to(server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void passesBytesAndTheirEndBothWays() throws IOException {
        try (var client = connect()) {
            client.getOutputStream().write("hello".getBytes(UTF_8));
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).isEqualTo("hello".getBytes(UTF_8));
        }
        await().untilAsserted(() -> assertThat(proxy.connections()).isZero());
    }

    @Test
    void listensWhereItIsTold() throws IOException {
        var on = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        int port;
        try (var first = TcpProxy.to(server.getLocalPort(), on)) {
            port = first.port();
        }
        var there = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (var second = TcpProxy.to(server.getLocalPort(), there);
                var client = new Socket(there.getAddress(), port)) {
            assertThat(second.port()).isEqualTo(port);
            ping(client);
        }
    }

    @Test
    void holdsBytesBackForTheLatency() throws IOException {
        try (var client = connect()) {
            ping(client);
            proxy.latency(Duration.ofMillis(100));

            long before = System.nanoTime();
            ping(client);
            assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(200_000_000L);
        }
    }

    @Test
    void pausesWithoutClosing() throws IOException {
        try (var client = connect()) {
            ping(client);
            proxy.pause();
            client.getOutputStream().write('x');
            client.setSoTimeout(300);
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);

            proxy.resume();
            client.setSoTimeout(0);
            assertThat(client.getInputStream().read()).isEqualTo('x');
        }
    }

    @Test
    void resetsConnectionsAndTakesNewOnes() throws IOException {
        try (var client = connect()) {
            ping(client);
            proxy.resetAll();

            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(proxy.connections()).isZero();
        }
        try (var next = connect()) {
            ping(next);
        }
    }

    @Test
    void refusesNewConnectionsAndKeepsThoseThere() throws IOException {
        try (var client = connect()) {
            ping(client);
            proxy.refuse();

            assertThatThrownBy(() -> connect().close()).isInstanceOf(ConnectException.class);
            ping(client);

            proxy.accept();
            try (var next = connect()) {
                ping(next);
            }
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static void ping(Socket client) throws IOException {
        client.getOutputStream().write('p');
        assertThat(client.getInputStream().read()).isEqualTo('p');
    }

    private void echoAll() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            } catch (IOException e) {
                assertThat(server.isClosed()).isTrue();
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // a connection that a test reset
            assertThat(e).isInstanceOf(SocketException.class);
        }
    }
}
