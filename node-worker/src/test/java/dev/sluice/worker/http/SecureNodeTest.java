package dev.sluice.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.SelfSigned;
import dev.sluice.worker.credentials.Permission;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.PendingRequests;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes behind TLS: nothing is begun before the handshake is done and good. */
class SecureNodeTest {

    private static final String TRUST = "javax.net.ssl.trustStore";
    private static final String TRUST_PASSWORD = "javax.net.ssl.trustStorePassword";

    @TempDir private static Path dir;
    private static SelfSigned good;
    private static SelfSigned elsewhere;

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger written = new AtomicInteger();
    private NodeSender sender;

    @BeforeAll
    static void trust() {
        good = SelfSigned.in(dir, "good", "ip:127.0.0.1");
        elsewhere = SelfSigned.in(dir, "elsewhere", "dns:elsewhere.example");
        System.setProperty(TRUST, SelfSigned.trust(dir, good, elsewhere).toString());
        System.setProperty(TRUST_PASSWORD, SelfSigned.PASSWORD);
    }

    @AfterAll
    static void forget() {
        System.clearProperty(TRUST);
        System.clearProperty(TRUST_PASSWORD);
    }

    @BeforeEach
    void start() throws Exception {
        sender = sender(Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        sender.close();
    }

    @Test
    void requestsGoThroughOneConnectionToANodeWithAGoodCertificate() throws Exception {
        try (var node = FakeNode.secure(good)) {
            for (int i = 0; i < 3; i++) {
                assertThat(send(node.uri())).isInstanceOf(AttemptOutcome.Delivered.class);
            }
            assertThat(node.count()).isEqualTo(3);
            assertThat(node.seen().getFirst().bodyBytes()).isEqualTo(4);
        }
        assertThat(asked).hasValue(3);
        assertThat(written).hasValue(3);
    }

    @Test
    void aNodeWhoseCertificateIsNotTrustedIsSentNothing() throws Exception {
        try (var node = FakeNode.secure(SelfSigned.in(dir, "unknown", "ip:127.0.0.1"))) {
            assertUnreachable(send(node.uri()), "nobody trusted signed the certificate");
            assertThat(node.count()).isZero();
        }
    }

    @Test
    void aNodeWhoseCertificateIsForAnotherNameIsSentNothing() throws Exception {
        try (var node = FakeNode.secure(elsewhere)) {
            assertUnreachable(send(node.uri()), "the certificate is for another host");
            assertThat(node.count()).isZero();
        }
    }

    @Test
    void aHandshakeIsWaitedForAsLongAsAConnection() throws Exception {
        sender.close();
        sender = sender(Duration.ofMillis(500));
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertUnreachable(send(uri(silent)), "TLS failed: no handshake within 500 ms");
        }
    }

    @Test
    void whoHangsUpAmidTheHandshakeIsSentNothing() throws Exception {
        try (var rude = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<AttemptOutcome> outcome = begin(uri(rude));
            var socket = rude.accept();
            assertThat(socket.getInputStream().read()).as("a handshake record").isEqualTo(22);
            socket.close();
            assertUnreachable(outcome.get(20, TimeUnit.SECONDS), "TLS failed: no handshake");
        }
    }

    private static URI uri(ServerSocket server) {
        return URI.create("https://127.0.0.1:" + server.getLocalPort());
    }

    private static NodeSender sender(Duration connect) throws Exception {
        var limits = new NodeSender.Limits(Duration.ofSeconds(30), connect, 1_000, 64 * 1024);
        var noCredential = new Permission.NotNeeded();
        return NodeSender.start(
                limits, spec -> noCredential, NanoClock.SYSTEM, InstantSource.system());
    }

    private void assertUnreachable(AttemptOutcome outcome, String why) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        AttemptOutcome.Unreachable.class,
                        unreachable -> {
                            assertThat(unreachable.why()).contains(why);
                            assertThat(unreachable.written()).isFalse();
                        });
        assertThat(asked).as("whether it may be written").hasValue(0);
        assertThat(written).hasValue(0);
    }

    private AttemptOutcome send(URI node) throws Exception {
        return begin(node).get(30, TimeUnit.SECONDS);
    }

    private CompletableFuture<AttemptOutcome> begin(URI node) {
        var spec = new NodeSpec("n", PoolName.DEFAULT, node, 600, 1_000_000, 9, Optional.empty());
        var event =
                new RequestEvent(
                        new Nonce(7),
                        PoolName.DEFAULT,
                        Instant.EPOCH,
                        "POST",
                        "/",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Body.ofUtf8("body"));
        var ended = new CompletableFuture<AttemptOutcome>();
        sender.send(
                spec,
                PendingRequests.of(event, 0),
                new NodeSender.Listener() {
                    @Override
                    public boolean mayWrite(long nowNanos) {
                        asked.incrementAndGet();
                        return true;
                    }

                    @Override
                    public void written(long atNanos) {
                        written.incrementAndGet();
                    }

                    @Override
                    public void ended(AttemptOutcome outcome) {
                        ended.complete(outcome);
                    }
                });
        return ended;
    }
}
