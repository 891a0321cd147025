package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoNodesCommandTest {

    @Test
    void aPortThatIsNoneIsAMistakeInTheSettings() {
        var run = Sluice.run(Map.of("DEMO_PORT", "many"), "demo-nodes");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("DEMO_PORT").contains("many");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            var run = Sluice.run(Map.of("DEMO_PORT", port), "demo-nodes");

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("DEMO_PORT").contains(port);
        }
    }
}
