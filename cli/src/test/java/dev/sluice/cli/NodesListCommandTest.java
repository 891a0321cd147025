package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.Reply;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodesListCommandTest {

    private static final String TWO_NODES =
            """
            {"nodes": [
              {"id": "gpu-a", "pool": "default", "url": "http://127.0.0.1:9001", "rpm": 600,
               "bpm": 50000000, "max_in_flight": 32, "origin": "file",
               "health": {"state": "healthy", "since": "2026-11-21T10:00:00Z"}},
              {"id": "b", "pool": "batch", "url": "http://10.0.0.7", "rpm": 6,
               "bpm": 1000, "max_in_flight": 1, "health": {"state": "unknown"}}
            ]}
            """;

    @Test
    void printsAnAlignedTable() {
        try (var monitor = monitor(Reply.text(200, TWO_NODES))) {
            var listed = list(monitor);

            assertThat(listed.exitCode()).isZero();
            assertThat(listed.err()).isEmpty();
            assertThat(listed.out().lines())
                    .containsExactly(
                            "ID     POOL     URL                    RPM       BPM  MAX_IN_FLIGHT"
                                    + "  HEALTH   SINCE",
                            "gpu-a  default  http://127.0.0.1:9001  600  50000000             32"
                                    + "  healthy  2026-11-21T10:00:00Z",
                            "b      batch    http://10.0.0.7          6      1000              1"
                                    + "  unknown  -");
        }
    }

    @Test
    void listsWhenNoCommandIsGiven() {
        try (var monitor = monitor(Reply.text(200, TWO_NODES))) {
            var environment = Map.of("MONITOR_URL", monitor.uri().toString());
            assertThat(Sluice.run(environment, "nodes")).isEqualTo(list(monitor));
        }
    }

    @Test
    void printsTheAnswerAsJson() {
        try (var monitor = monitor(Reply.text(200, TWO_NODES))) {
            assertThat(list(monitor, "--json").out()).contains("\"origin\" : \"file\"");
        }
    }

    @Test
    void saysSoWhenThereAreNone() {
        try (var monitor = monitor(Reply.text(200, "{\"nodes\": []}"))) {
            assertThat(list(monitor).out()).isEqualToIgnoringNewLines("no nodes");
        }
    }

    @Test
    void saysWhatToDoWhenNobodyAnswers() {
        var monitor = monitor(Reply.status(200));
        int port = monitor.port();
        monitor.close();
        var failed = Sluice.run(Map.of("MONITOR_PORT", Integer.toString(port)), "nodes", "list");

        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err())
                .contains("http://127.0.0.1:" + port, "does not answer", "MONITOR_PORT");
    }

    @Test
    void saysSoWhenItIsNoMonitor() {
        try (var other = FakeNode.fixed(404)) {
            assertThat(list(other).err()).contains("answered 404", "MONITOR_URL");
            assertThat(list(other).exitCode()).isEqualTo(1);
        }
        try (var other = monitor(Reply.text(200, "<html>"))) {
            assertThat(list(other).err()).contains("did not answer with JSON");
            assertThat(list(other).exitCode()).isEqualTo(1);
        }
    }

    private static FakeNode monitor(Reply answer) {
        return FakeNode.start(
                request -> request.target().equals("/nodes") ? answer : Reply.status(404));
    }

    private static Sluice list(FakeNode monitor, String... more) {
        var args = new java.util.ArrayList<>(java.util.List.of("nodes", "list"));
        args.addAll(java.util.List.of(more));
        return Sluice.run(
                Map.of("MONITOR_URL", monitor.uri().toString()), args.toArray(String[]::new));
    }
}
