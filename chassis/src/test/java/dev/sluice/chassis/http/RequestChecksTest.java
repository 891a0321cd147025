package dev.sluice.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.metrics.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every service refuses, byte for byte. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestChecksTest {

    private HttpService service;

    @BeforeAll
    void start() throws StartException {
        service =
                HttpService.start(
                        new HttpService.Listen(
                                "127.0.0.1",
                                0,
                                "DEMO_PORT",
                                new AllowedHosts("demo.hosts", List.of("demo.example"))),
                        new Metrics("demo"),
                        () -> Map.of("queued", 3),
                        config -> {
                            config.routes.put("/thing", ctx -> ctx.result(ctx.body()));
                            config.routes.get(
                                    "/large",
                                    ctx -> ctx.header("X-Large", "x".repeat(9_000)).result("ok"));
                            config.routes.ws("/socket", ws -> {});
                        });
    }

    @AfterAll
    void stop() {
        service.close();
    }

    /** Sends, and reads all that comes until the server closes. */
    private String say(String text) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            var said = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(said);
            } catch (SocketTimeoutException e) {
                throw new AssertionError("still open after: " + said, e);
            }
            return said.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private String get(String line, String... fields) throws IOException {
        return say(line + "\r\n" + String.join("", lines(fields)) + "Connection: close\r\n\r\n");
    }

    private static List<String> lines(String... fields) {
        return java.util.Arrays.stream(fields).map(f -> f + "\r\n").toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:80",
                "EVIL.example.",
                "demo.example.evil.example"
            })
    void isNotAskedByANameThatIsNotItsOwn(String host) throws Exception {
        for (String path : List.of("/stats", "/health", "/metrics", "/nothing")) {
            assertThat(get("GET " + path + " HTTP/1.1", "Host: " + host))
                    .startsWith("HTTP/1.1 421 ")
                    .contains("urn:sluice:problem:unknown_host", "demo.hosts (DEMO_HOSTS)")
                    .doesNotContain("queued");
        }
        assertThat(get("PUT /thing HTTP/1.1", "Host: " + host, "Content-Length: 2"))
                .startsWith("HTTP/1.1 421 ");
        assertThat(get("GET http://" + host + "/stats HTTP/1.1", "Host: " + host))
                .startsWith("HTTP/1.1 421 ");
        assertThat(get("GET http://" + host + "/stats HTTP/1.0")).startsWith("HTTP/1.1 421 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:1", "[::1]", "localhost", "Demo.Example:7", "demo.example."})
    void isAskedByItsOwnNamesAndByAddress(String host) throws Exception {
        assertThat(get("GET /stats HTTP/1.1", "Host: " + host)).startsWith("HTTP/1.1 200 ");
        assertThat(get("GET http://" + host + "/stats HTTP/1.1", "Host: " + host))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void isAskedWithoutANameOverHttp10() throws Exception {
        assertThat(get("GET /stats HTTP/1.0")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void letsNoPageOfAnotherOriginChangeAnything() throws Exception {
        String put = "PUT /thing HTTP/1.1";
        String length = "Content-Length: 0";
        assertThat(get(put, "Host: a", length)).startsWith("HTTP/1.1 200 ");
        assertThat(get(put, "Host: a:1", length, "Origin: http://a:1")).startsWith("HTTP/1.1 200 ");
        for (String field :
                List.of(
                        "Origin: http://evil.example",
                        "Origin: null",
                        "Sec-Fetch-Site: same-site")) {
            assertThat(get(put, "Host: a", length, field))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("cross_origin")
                    .doesNotContain("Access-Control");
            assertThat(
                            get(
                                    "GET /socket HTTP/1.1",
                                    "Host: a",
                                    field,
                                    "Upgrade: websocket",
                                    "Connection: Upgrade",
                                    "Sec-WebSocket-Version: 13",
                                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="))
                    .startsWith("HTTP/1.1 403 ");
            assertThat(get("GET /stats HTTP/1.1", "Host: a", field)).startsWith("HTTP/1.1 200 ");
        }
        assertThat(
                        get(
                                "OPTIONS /thing HTTP/1.1",
                                "Host: a",
                                "Origin: http://evil.example",
                                "Access-Control-Request-Method: PUT"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void takesChunksOverHttp11AndNoOtherCoding() throws Exception {
        String chunks = "2\r\nab\r\n0\r\n\r\n";
        assertThat(
                        say(
                                "PUT /thing HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: CHUNKED\r\n\r\n"
                                        + chunks))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("ab");
        assertThat(
                        say(
                                "PUT /thing HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + chunks))
                .startsWith("HTTP/1.1 400 ");
        for (String coding :
                List.of(
                        "gzip, chunked",
                        "identity, chunked",
                        "gzip\r\nTransfer-Encoding: chunked")) {
            assertThat(
                            say(
                                    "PUT /thing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                                            + coding
                                            + "\r\n\r\n"
                                            + chunks))
                    .startsWith("HTTP/1.1 501 ")
                    .contains("unsupported_transfer_coding", "Connection: close");
        }
    }

    @Test
    void closesWhenItIsAskedToHoweverLargeTheAnswersFields() throws Exception {
        assertThat(get("GET /large HTTP/1.1", "Host: a"))
                .startsWith("HTTP/1.1 200 ")
                .contains("Connection: close\r\n", "x".repeat(9_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 20\r\n\r\nab",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\nab",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nab",
            })
    void aBodyThatBreaksOffIsABadRequestAndNoBug(String rest) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            ("PUT /thing HTTP/1.1\r\nHost: a\r\n" + rest)
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(
                            new String(
                                    socket.getInputStream().readAllBytes(),
                                    StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("urn:sluice:problem:bad_request")
                    .doesNotContain("bug");
        }
    }

    @Test
    void anUpgradeThatIsNoneIsABadRequest() throws Exception {
        String upgrade = "Upgrade: websocket";
        assertThat(
                        get(
                                "GET /socket HTTP/1.1",
                                "Host: a",
                                upgrade,
                                "Connection: Upgrade",
                                "Sec-WebSocket-Version: 13"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void doesNotAskForABodyThatItRefuses() throws Exception {
        String expect = "Expect: 100-continue";
        assertThat(get("PUT /thing HTTP/1.1", "Host: a", expect, "Content-Length: 9000000"))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void saysWhyToEveryMethod() throws Exception {
        assertThat(say("PUT /thing HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("urn:sluice:problem:bad_request");
    }
}
