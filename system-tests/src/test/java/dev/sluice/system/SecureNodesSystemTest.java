package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.SelfSigned;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Nodes and a service behind TLS, with a certificate of one's own that the JVM is told to trust.
 */
class SecureNodesSystemTest {

    @TempDir private Path dir;

    @Test
    void aNodeWithAGoodCertificateIsServedAndOneWithAnotherSaysWhyNot() {
        SelfSigned good = SelfSigned.in(dir, "good", "ip:127.0.0.1");
        SelfSigned unknown = SelfSigned.in(dir, "unknown", "ip:127.0.0.1");
        String trust =
                "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=%s"
                        .formatted(SelfSigned.trust(dir, good), SelfSigned.PASSWORD);
        try (var known = FakeNode.secure(good);
                var stranger = FakeNode.secure(unknown)) {
            var nodes =
                    new NodesYaml()
                            .node("known", "known", known, 600, 600_000_000, 8)
                            .node("stranger", "stranger", stranger, 600, 600_000_000, 8)
                            .in(dir);
            var environment =
                    Map.of(
                            "JAVA_TOOL_OPTIONS",
                            trust,
                            "LB_ROUTES_SECURE_PREFIX",
                            "/secure",
                            "LB_ROUTES_SECURE_URL",
                            known.uri().toString());
            try (var up = UpProcess.start(dir, environment, "--nodes", nodes.toString()).ready()) {
                Client ingress = up.client("ingress");
                var answer = ingress.send("POST", "/queue/known/", "hello", "Prefer", "wait=30");
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(Client.body(answer)).isEqualTo("hello");
                assertThat(ingress.send("POST", "/secure/x", "proxied").statusCode())
                        .isEqualTo(200);

                Client monitor = up.client("monitor");
                await().untilAsserted(
                                () ->
                                        assertThat(reason(monitor, "stranger"))
                                                .startsWith("TLS failed: ")
                                                .contains("certification path"));
                assertThat(reason(monitor, "known")).isEqualTo("status 200");
                String id = ingress.queue("/queue/stranger/", "waits");
                assertThat(ingress.state(id, 1).path("status").asString()).isEqualTo("queued");
                assertThat(stranger.count()).isZero();
            }
        }
    }

    private static String reason(Client monitor, String id) {
        JsonNode node = Client.json(monitor.get("/nodes/" + id));
        return node.at("/health/reason").asString("");
    }
}
