package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether we render what kustomize renders. */
class KustomizationTest {

    @TempDir Path dir;

    /** Where there is a kubectl: elsewhere there is nothing to compare with. */
    @ParameterizedTest
    @ValueSource(strings = {"trial", "production"})
    void isThatOfKubectl(String overlay) throws Exception {
        assumeTrue(runs("version", "--client"), "no kubectl here");
        Path output = dir.resolve("rendered.yaml");
        assertThat(kubectl(output, "kustomize", Overlay.dir(overlay).toString())).isZero();
        // the names of what is generated end in a hash of it
        String rendered =
                Files.readString(output).replaceAll("(sluice-kafka)-[a-z0-9]{10}\\b", "$1");

        assertThat(Kustomization.render(Overlay.dir(overlay)))
                .containsExactlyInAnyOrderElementsOf(Yaml.documents(rendered));
    }

    @Test
    void whatItDoesNotKnowIsRefused() throws IOException {
        Files.writeString(dir.resolve("kustomization.yaml"), "namePrefix: x-\n");

        assertThatThrownBy(() -> Kustomization.render(dir)).hasMessageContaining("namePrefix");
    }

    @Test
    void aPatchOfNothingIsRefused() throws IOException {
        Files.writeString(
                dir.resolve("kustomization.yaml"),
                "patches: [{target: {kind: Deployment, name: gone}, patch: '[]'}]\n");

        assertThatThrownBy(() -> Kustomization.render(dir)).hasMessageContaining("gone");
    }

    private boolean runs(String... arguments) throws InterruptedException {
        try {
            return kubectl(dir.resolve("tried"), arguments) == 0;
        } catch (IOException e) {
            return false; // there is none
        }
    }

    private int kubectl(Path output, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add("kubectl");
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(dir.resolve("errors").toFile())
                        .start();
        int code = process.waitFor();
        assertThat(Files.readString(dir.resolve("errors"), StandardCharsets.UTF_8)).isEmpty();
        return code;
    }
}
