package dev.sluice.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class HealthCheckMainTest {

    @Test
    void onlyAnAnswerOf200IsHealth() throws IOException {
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpServer server = HttpServer.create(here, 0);
        server.createContext("/health", exchange -> exchange.sendResponseHeaders(200, -1));
        server.createContext("/broken", exchange -> exchange.sendResponseHeaders(503, -1));
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        try {
            assertThat(HealthCheckMain.isUp(url + "/health")).isTrue();
            assertThat(HealthCheckMain.isUp(url + "/broken")).isFalse();
        } finally {
            server.stop(0);
        }
        assertThat(HealthCheckMain.isUp(url + "/health")).isFalse();
    }
}
