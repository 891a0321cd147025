package dev.sluice.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RegisteredNode;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AuditReportTest {

    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void aNodeAtItsLimitIsWithinItAndOneAboveIsNot() {
        var limits = new NodeLimits();
        limits.entry(node("gpu-a", 3, 1000));

        assertThat(report(limits, 3, 100).breaches()).isEmpty();
        assertThat(report(limits, 4, 100).breaches())
                .containsExactly(
                        new Breach.AboveLimit(
                                "gpu-a", "requests", 3, new Peak(4, START, START.plusSeconds(3))));
        assertThat(report(limits, 3, 334).breaches())
                .containsExactly(
                        new Breach.AboveLimit(
                                "gpu-a",
                                "bytes",
                                1000,
                                new Peak(1002, START, START.plusSeconds(2))));
    }

    @Test
    void ofLimitsThatChangedTheLargestKnownHoldsForEach() {
        var limits = new NodeLimits();
        limits.entry(node("gpu-a", 5, 100));
        limits.entry(node("gpu-a", 2, 900));

        AuditReport report = report(limits, 5, 180);

        assertThat(report.breaches()).isEmpty();
        assertThat(report.nodes().getFirst().limit().orElseThrow().changed()).isTrue();
        assertThat(AuditText.of(report)).contains(" 5*", " 900*", "*: the largest that");
    }

    @Test
    void aNodeThatNobodyKnowsIsListedAndNotJudged() {
        AuditReport report = report(new NodeLimits(), 1_000, 100);

        assertThat(report.breaches()).isEmpty();
        assertThat(report.nodes().getFirst().sends()).isEqualTo(1_000);
        assertThat(AuditText.of(report)).contains("the nodes topic does not know this node");
    }

    @Test
    void anAuditOfOnePoolLeavesTheNodesOfOthersOut() {
        var limits = new NodeLimits();
        limits.entry(node("gpu-a", 3, 1000));
        var scope =
                new AuditScope(Optional.empty(), Optional.empty(), Optional.of(new PoolName("b")));

        var report = AuditReport.of(START, scope, List.of(shard(9, 10)), limits);

        assertThat(report.nodes()).isEmpty();
        assertThat(report.breaches()).isEmpty();
    }

    private static AuditReport report(NodeLimits limits, int sends, int bytes) {
        return AuditReport.of(START, AuditScope.WHOLE, List.of(shard(sends, bytes)), limits);
    }

    /** One send a second to gpu-a. */
    private static ShardFigures shard(int count, int bytes) {
        var sends = new Sends();
        for (int i = 0; i < count; i++) {
            Instant at = START.plusSeconds(i);
            sends.add(new Attempt("gpu-a", at, at, "200"), bytes, i);
        }
        return new ShardFigures(
                Map.of(),
                ResultFigures.NONE,
                SendFigures.NONE,
                new TreeMap<>(Map.of("gpu-a", sends)),
                new Breaches());
    }

    private static RegisteredNode node(String id, int rpm, long bpm) {
        var spec =
                new NodeSpec(
                        id,
                        PoolName.DEFAULT,
                        URI.create("http://127.0.0.1:9001"),
                        rpm,
                        bpm,
                        8,
                        Optional.empty());
        return new RegisteredNode(spec, RegisteredNode.Origin.API, START);
    }
}
