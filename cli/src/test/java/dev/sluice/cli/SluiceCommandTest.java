package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SluiceCommandTest {

    @Test
    void listsTheCommandsThereAre() {
        var help = Sluice.run("--help");

        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("up", "nodes", "audit", "requests", "replay", "demo-nodes");
        assertThat(help.err()).isEmpty();
    }

    @Test
    void tellsItsVersion() {
        var version = Sluice.run("--version");

        assertThat(version.exitCode()).isZero();
        assertThat(version.out()).matches("sluice \\d+\\.\\d+\\.\\d+\\S* \\(Java 25\\S*\\)\\R");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up --help",
                "nodes --help",
                "nodes list --help",
                "nodes put --help",
                "nodes delete --help",
                "audit --help",
                "demo-nodes --help"
            })
    void helpsWithEachCommand(String line) {
        var help = Sluice.run(line.split(" "));

        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("Usage: sluice " + line.replace(" --help", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replay",
                "up --no-such-option",
                "up --workers many",
                "up --workers 0",
                "up --workers 65",
                "up --kafka localhost",
                "nodes rename",
                "nodes put",
                "nodes put a.yaml b.yaml",
                "nodes delete",
                "nodes list extra",
                "audit extra",
                "demo-nodes extra",
                "audit --from yesterday",
                "audit --from -1h --to -2h",
                "audit --pool UPPER",
                "audit --kafka localhost"
            })
    void refusesWrongUsageWithCode2AndSaysWhatIsRight(String line) {
        var refused = Sluice.run(line.split(" "));

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).containsAnyOf("Usage: sluice", "Possible solutions: --nodes");
    }

    @Test
    void asksForACommand() {
        var refused = Sluice.run();

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("Say which command.");
    }

    @Test
    void tellsAllSettingsThatAreWrongAtOnceWithCode2() {
        var refused =
                Sluice.run(
                        Map.of("LB_PORT", "seven", "WORKER_COUNT", "0", "KAFKA_PORT", "70000"),
                        "up");

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("3 problems", "LB_PORT", "WORKER_COUNT", "KAFKA_PORT");
    }
}
