package dev.sluice.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortTest {

    private static final int LINUX_CONNECTIONS_FROM = 32_768;

    @Test
    void choosesAFreeOneForEachThatIsZeroAndLeavesTheOthers() {
        var wanted =
                List.of(
                        new Port("127.0.0.1", 0, "lb.port"),
                        new Port("127.0.0.1", 7200, "stats.port"),
                        new Port("127.0.0.1", 0, "kafka.port"));
        List<Port> chosen = Port.chosen(wanted);
        assertThat(chosen)
                .extracting(Port::key)
                .containsExactly("lb.port", "stats.port", "kafka.port");
        assertThat(chosen.get(1)).isEqualTo(wanted.get(1));
        assertThat(chosen).extracting(Port::number).doesNotHaveDuplicates().doesNotContain(0);
        assertThat(Port.problems(List.of(chosen.getFirst(), chosen.getLast()))).isEmpty();
    }

    @Test
    void choosesNoneThatAConnectionMayGetUntilItsPartListens() throws Exception {
        var wanted = Collections.nCopies(200, new Port("127.0.0.1", 0, "lb.port"));
        assertThat(Port.chosen(wanted))
                .extracting(Port::number)
                .allMatch(number -> number < LINUX_CONNECTIONS_FROM)
                .doesNotHaveDuplicates();
    }

    @Test
    void saysWhichSettingNamesAPortThatIsTaken() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = new Port("127.0.0.1", taken.getLocalPort(), "stats.port");
            assertThat(Port.problems(List.of(port)))
                    .singleElement()
                    .asString()
                    .contains(taken.getLocalPort() + "", "STATS_PORT");
        }
    }
}
