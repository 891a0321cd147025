package dev.sluice.monitor.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.RegisteredNode.Origin;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FilePlanTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant BEFORE = NOW.minusSeconds(60);

    @Test
    void theFirstFileBringsAllItsNodes() {
        assertThat(FilePlan.decide(Map.of(), Optional.empty(), file("d1", spec("a", 1)), NOW))
                .isEqualTo(
                        new FilePlan.Apply(
                                List.of(new RegisteredNode(spec("a", 1), Origin.FILE, NOW)),
                                List.of()));
    }

    @Test
    void aFileThatHasNotChangedChangesNothingWhateverWasDoneSince() {
        Map<String, RegisteredNode> changed = Map.of("a", node("a", 99, Origin.API));

        assertThat(FilePlan.decide(changed, Optional.of("d1"), file("d1", spec("a", 1)), NOW))
                .isEqualTo(new FilePlan.Unchanged());
        assertThat(FilePlan.decide(Map.of(), Optional.of("d1"), file("d1", spec("a", 1)), NOW))
                .isEqualTo(new FilePlan.Unchanged());
    }

    @Test
    void aChangedFileReplacesWhatCameFromAFile() {
        Map<String, RegisteredNode> current =
                Map.of(
                        "same", node("same", 1, Origin.FILE),
                        "changed", node("changed", 1, Origin.FILE),
                        "dropped", node("dropped", 1, Origin.FILE),
                        "added", node("added", 1, Origin.API),
                        "tuned", node("tuned", 9, Origin.API));

        var plan =
                FilePlan.decide(
                        current,
                        Optional.of("d1"),
                        file("d2", spec("changed", 2), spec("same", 1), spec("tuned", 1)),
                        NOW);

        assertThat(plan)
                .isEqualTo(
                        new FilePlan.Apply(
                                List.of(
                                        new RegisteredNode(spec("changed", 2), Origin.FILE, NOW),
                                        new RegisteredNode(spec("tuned", 1), Origin.FILE, NOW)),
                                List.of("dropped")));
    }

    @Test
    void anEmptyFileRemovesWhatCameFromAFileOnly() {
        Map<String, RegisteredNode> current =
                Map.of("a", node("a", 1, Origin.FILE), "b", node("b", 1, Origin.API));

        assertThat(FilePlan.decide(current, Optional.of("d1"), file("d0"), NOW))
                .isEqualTo(new FilePlan.Apply(List.of(), List.of("a")));
    }

    private static NodesFile.Valid file(String digest, NodeSpec... nodes) {
        return new NodesFile.Valid(List.of(nodes), digest);
    }

    private static RegisteredNode node(String id, int rpm, Origin origin) {
        return new RegisteredNode(spec(id, rpm), origin, BEFORE);
    }

    private static NodeSpec spec(String id, int rpm) {
        return new NodeSpec(
                id, PoolName.DEFAULT, URI.create("http://h:1"), rpm, 1, 1, Optional.empty());
    }
}
