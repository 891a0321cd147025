package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.ProtocolJson;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.Seen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code nodes put} and {@code nodes delete} against a monitor that answers as the test says. */
class NodesChangeCommandsTest {

    private static final String TWO_NODES =
            """
            nodes:
              - {id: gpu-b, url: http://h:2, rpm: 60, bpm: 1000, max_in_flight: 1}
              - {id: gpu-a, url: http://h:1, pool: gpu, rpm: 600, bpm: 1000, max_in_flight: 4,
                 credential: openai-main}
            """;

    @TempDir private Path dir;
    private final FakeNode monitor = FakeNode.start(request -> Reply.status(200));
    private final Map<String, String> environment =
            new HashMap<>(
                    Map.of(
                            "MONITOR_URL",
                            monitor.uri().toString(),
                            "SLUICE_ADMIN_TOKEN",
                            "the-token"));

    @AfterEach
    void stop() {
        monitor.close();
    }

    @Test
    void putSendsEachNodeOfTheFileWithTheToken() throws Exception {
        monitor.script(seen -> Reply.status(seen.target().endsWith("gpu-a") ? 201 : 200));

        var put = run("put", file(TWO_NODES));

        assertThat(put.err()).isEmpty();
        assertThat(put.exitCode()).isZero();
        assertThat(put.out().lines()).containsExactly("gpu-a  added", "gpu-b  changed");
        assertThat(calls()).containsExactly("PUT /nodes/gpu-a", "PUT /nodes/gpu-b");
        Seen first = monitor.seen().getFirst();
        assertThat(first.header("Authorization")).isEqualTo("Bearer the-token");
        JsonNode body = ProtocolJson.mapper().readTree(first.body());
        assertThat(body.get("pool").asString()).isEqualTo("gpu");
        assertThat(body.get("max_in_flight").asInt()).isEqualTo(4);
        assertThat(body.get("credential").asString()).isEqualTo("openai-main");
    }

    @Test
    void aFileWithMistakesIsRefusedWholeWithAllOfThem() throws Exception {
        String file = file(TWO_NODES + "  - {id: gpu c, rpm: 0, bpm: 1, max_in_fligth: 1}\n");

        var put = run("put", file);

        assertThat(put.exitCode()).isEqualTo(2);
        assertThat(put.out()).isEmpty();
        assertThat(put.err().lines())
                .hasSize(5)
                .allMatch(line -> line.startsWith("sluice: " + file + ": nodes[2] (gpu c): "));
        assertThat(run("put", file("nodes: []")).err()).contains("lists no nodes");
        assertThat(run("put", file("nodes: []")).exitCode()).isEqualTo(2);
        assertThat(run("put", dir.resolve("none.yaml").toString()).err()).contains("none.yaml");
        assertThat(run("put", dir.toString()).exitCode()).isEqualTo(2);
        assertThat(calls()).isEmpty();
    }

    @Test
    void deleteRemovesEachAndSaysWhichThereAreNot() {
        monitor.script(
                seen ->
                        seen.target().endsWith("gone")
                                ? problem(404, "There is no node with this id.")
                                : Reply.status(204));

        var deleted = run("delete", "gpu-a", "gone", "gpu-b");

        assertThat(deleted.exitCode()).isEqualTo(1);
        assertThat(deleted.out().lines()).containsExactly("gpu-a  removed", "gpu-b  removed");
        assertThat(deleted.err())
                .isEqualToIgnoringNewLines("sluice: gone: There is no node with this id.");
        run("delete", "a b/c");
        assertThat(calls()).last().isEqualTo("DELETE /nodes/a%20b%2Fc");
    }

    @Test
    void whatTheMonitorRefusesOfOneNodeLeavesTheOthers() throws Exception {
        monitor.script(
                seen ->
                        seen.target().endsWith("gpu-a")
                                ? problem(503, "The log is away.")
                                : Reply.status(201));

        var put = run("put", file(TWO_NODES));

        assertThat(put.exitCode()).isEqualTo(1);
        assertThat(put.out()).isEqualToIgnoringNewLines("gpu-b  added");
        assertThat(put.err()).isEqualToIgnoringNewLines("sluice: gpu-a: The log is away.");
    }

    @Test
    void aTokenThatIsRefusedEndsIt() throws Exception {
        for (int status : List.of(401, 403)) {
            int before = monitor.count();
            monitor.script(seen -> problem(status, "Set SLUICE_ADMIN_TOKEN."));
            var put = run("put", file(TWO_NODES));
            assertThat(put.exitCode()).isEqualTo(1);
            assertThat(put.err())
                    .contains(monitor.uri().toString(), "refused", "Set SLUICE_ADMIN_TOKEN.")
                    .doesNotContain("the-token");
            assertThat(monitor.count()).isEqualTo(before + 1);
        }
    }

    @Test
    void saysWhatToDoWhenNobodyOrNoMonitorAnswers() throws Exception {
        monitor.script(seen -> Reply.text(418, "<html>"));
        assertThat(run("delete", "a").err()).contains("answered 418", "MONITOR_URL");
        assertThat(run("delete", "a").exitCode()).isEqualTo(1);
        monitor.stop();
        var put = run("put", file(TWO_NODES));
        assertThat(put.exitCode()).isEqualTo(1);
        assertThat(put.err()).contains(monitor.uri().toString(), "does not answer");
    }

    @Test
    void theTokenOfUpIsTakenWhenNoneIsSetAndItsDirectoryIsNamed() throws Exception {
        environment.remove("SLUICE_ADMIN_TOKEN");
        var none = run("delete", "a", "--data", dir.toString());
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("SLUICE_ADMIN_TOKEN", "--data");

        Files.writeString(dir.resolve("admin-token"), "kept-token\n");
        monitor.script(seen -> Reply.status(204));
        assertThat(run("delete", "a", "--data", dir.toString()).exitCode()).isZero();
        assertThat(monitor.seen().getLast().header("Authorization")).isEqualTo("Bearer kept-token");

        environment.put("SLUICE_ADMIN_TOKEN", "set-token");
        run("delete", "a", "--data", dir.toString());
        assertThat(monitor.seen().getLast().header("Authorization")).isEqualTo("Bearer set-token");
    }

    private static Reply problem(int status, String detail) {
        return Reply.text(status, "{\"status\": %d, \"detail\": \"%s\"}".formatted(status, detail));
    }

    private String file(String yaml) throws Exception {
        return Files.writeString(dir.resolve("nodes.yaml"), yaml).toString();
    }

    private List<String> calls() {
        return monitor.seen().stream().map(seen -> seen.method() + " " + seen.target()).toList();
    }

    private Sluice run(String command, String... more) {
        var args = new ArrayList<>(List.of("nodes", command));
        args.addAll(List.of(more));
        return Sluice.run(environment, args.toArray(String[]::new));
    }
}
