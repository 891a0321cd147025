package dev.sluice.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectImageResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;

/** What is in the images, and what is not. */
@NeedsDocker
class ImagesSystemTest {

    private static final long MAX_BYTES = 150_000_000;

    private static InspectImageResponse image(String service) {
        return DockerClientFactory.lazyClient()
                .inspectImageCmd("sluice/" + service + ":" + Docker.builtImages())
                .exec();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingress", "node-worker", "monitor", "stats-aggregator", "cli"})
    void eachIsSmallAndRunsAsNobodyInParticular(String service) {
        var image = image(service);
        var config = Objects.requireNonNull(image.getConfig());
        assertThat(image.getSize()).isLessThan(MAX_BYTES);
        assertThat(config.getUser()).isEqualTo("10001:10001");
        assertThat(config.getHealthcheck()).isNotNull();
        assertThat(Objects.requireNonNull(config.getEntrypoint())[0]).endsWith("/java");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingress", "node-worker", "monitor", "stats-aggregator", "cli"})
    void eachSaysWhatItIsMadeOf(String service) throws IOException {
        String sbom = file(service, "/app/sbom.json");
        assertThat(sbom)
                .contains("CycloneDX")
                .contains("pkg:maven/org.apache.kafka/kafka-clients@")
                .contains("pkg:maven/ch.qos.logback/logback-classic@");
        // what comes with the broker is where the broker is
        for (String ofTheBroker : List.of("com.yammer.metrics", "org.scala-lang", "kafka_2.13")) {
            assertThat(sbom.contains(ofTheBroker)).isEqualTo(service.equals("cli"));
        }
    }

    /** A file of an image, out of a container that is never started. */
    private static String file(String service, String path) throws IOException {
        var docker = DockerClientFactory.lazyClient();
        String container =
                docker.createContainerCmd("sluice/" + service + ":" + Docker.builtImages())
                        .exec()
                        .getId();
        try (var tar = docker.copyArchiveFromContainerCmd(container, path).exec()) {
            return new String(tar.readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            docker.removeContainerCmd(container).exec();
        }
    }

    @Test
    void thereIsNoShell() {
        var ran =
                Docker.run(
                        Duration.ofMinutes(1),
                        Map.of(),
                        List.of(
                                "docker",
                                "run",
                                "--rm",
                                "--entrypoint",
                                "/bin/sh",
                                "sluice/ingress:" + Docker.builtImages(),
                                "-c",
                                "true"));
        assertThat(ran.exitCode()).isEqualTo(127);
        assertThat(ran.output()).contains("/bin/sh");
    }

    @Test
    void theCommandLineRunsWithAReadOnlyRoot() {
        var ran =
                Docker.run(
                        Duration.ofMinutes(1),
                        Map.of(),
                        List.of(
                                "docker",
                                "run",
                                "--rm",
                                "--read-only",
                                "--network=none",
                                "--cap-drop=ALL",
                                "sluice/cli:" + Docker.builtImages(),
                                "--help"));
        assertThat(ran.exitCode()).as(ran.output()).isZero();
        assertThat(ran.output()).contains("Usage: sluice").contains("audit");
    }
}
