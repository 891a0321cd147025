package dev.sluice.monitor.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.monitor.health.Finding;
import dev.sluice.testkit.FakeNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthProbeTest {

    // long enough for the first use of the client, which loads its classes
    private final HealthProbe probe = new HealthProbe(NanoClock.SYSTEM, Duration.ofSeconds(15));

    @AfterEach
    void close() {
        probe.close();
    }

    @Test
    void anAnswerIsGoodOrBadByItsStatus() throws Exception {
        try (var node = FakeNode.echo()) {
            assertThat(probe.probe(node.uri()))
                    .matches(Finding::good)
                    .extracting(Finding::reason)
                    .isEqualTo("status 200");

            node.healthy(false);
            assertThat(probe.probe(node.uri()))
                    .matches(f -> !f.good())
                    .extracting(Finding::reason)
                    .isEqualTo("status 503");

            node.stop();
            assertThat(probe.probe(node.uri()))
                    .matches(f -> !f.good())
                    .extracting(Finding::reason)
                    .isEqualTo("connection refused");
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        assertThat(answeredBy("HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n"))
                .isEqualTo(new Finding(false, 0, "status 302"));
    }

    @Test
    void aBodyWithoutEndDoesNotMatter() throws Exception {
        assertThat(answeredBy("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nmuch"))
                .isEqualTo(new Finding(true, 0, "status 200"));
    }

    @Test
    void whatIsNotHttpIsSaidSo() throws Exception {
        assertThat(answeredBy("SSH-2.0-OpenSSH\r\n").reason()).startsWith("no HTTP answer: ");
    }

    @Test
    void fieldsWithoutEndEndTheCheck() throws Exception {
        var finding =
                answeredBy(probe, "HTTP/1.1 200 OK\r\n", "X-More: " + "x".repeat(900) + "\r\n");
        assertThat(finding.good()).isFalse();
        assertThat(finding.reason()).startsWith("no HTTP answer: ").hasSizeLessThan(300);
    }

    @Test
    void interimAnswersWithoutEndEndTheCheck() throws Exception {
        var finding = answeredBy(probe, "", "HTTP/1.1 103 Early Hints\r\n\r\n");
        assertThat(finding.good()).isFalse();
        assertThat(finding.reason()).startsWith("no HTTP answer: ");
    }

    @Test
    void aFewInterimAnswersDoNotMatter() throws Exception {
        String few = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(3);
        assertThat(answeredBy(few + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
                .isEqualTo(new Finding(true, 0, "status 200"));
    }

    @Test
    void whatTheNodeSaysIsShownShortAndOnOneLine() throws Exception {
        String reason =
                answeredBy("\u001b[31mlie\tHTTP " + "x".repeat(50_000) + "\r\n\r\n").reason();
        assertThat(reason).startsWith("no HTTP answer: ").hasSizeLessThan(300);
        assertThat(reason.chars()).noneMatch(Character::isISOControl);
    }

    @Test
    void silenceEndsWithTheTimeout() throws Exception {
        try (var hasty = new HealthProbe(NanoClock.SYSTEM, Duration.ofSeconds(1))) {
            assertThat(answeredBy(hasty, ""))
                    .isEqualTo(new Finding(false, 0, "no answer within 1000 ms"));
        }
    }

    @Test
    void aHostThatIsNotKnownIsSaidSo() throws Exception {
        assertThat(probe.probe(URI.create("http://nowhere.invalid:1")).reason())
                .isEqualTo("host not found");
    }

    @Test
    void theCheckStandsBehindTheNodesPath() {
        assertThat(HealthProbe.healthOf(URI.create("http://h:1"))).hasToString("http://h:1/health");
        assertThat(HealthProbe.healthOf(URI.create("http://h:1/")))
                .hasToString("http://h:1/health");
        assertThat(HealthProbe.healthOf(URI.create("http://h:1/v1/")))
                .hasToString("http://h:1/v1/health");
        assertThat(HealthProbe.healthOf(URI.create("http://h:1//other/v1")))
                .hasToString("http://h:1//other/v1/health");
    }

    /** The finding, its latency left out, at a server that writes this and then waits. */
    private Finding answeredBy(String answer) throws Exception {
        return answeredBy(probe, answer);
    }

    private static Finding answeredBy(HealthProbe probe, String answer) throws Exception {
        return answeredBy(probe, answer, "");
    }

    /** At one that writes this, and then that until the connection is closed. */
    private static Finding answeredBy(HealthProbe probe, String answer, String endless)
            throws Exception {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread =
                    Thread.startVirtualThread(
                            () -> {
                                try (Socket socket = server.accept()) {
                                    socket.getOutputStream()
                                            .write(answer.getBytes(StandardCharsets.US_ASCII));
                                    while (!endless.isEmpty()) {
                                        socket.getOutputStream()
                                                .write(endless.getBytes(StandardCharsets.US_ASCII));
                                    }
                                    socket.getInputStream().readAllBytes();
                                } catch (IOException e) {
                                    assertThat(e.getMessage())
                                            .containsAnyOf("reset", "Broken pipe");
                                }
                            });
            Finding found = probe.probe(URI.create("http://127.0.0.1:" + server.getLocalPort()));
            probe.close();
            thread.join(Duration.ofSeconds(5));
            return new Finding(found.good(), 0, found.reason());
        }
    }
}
