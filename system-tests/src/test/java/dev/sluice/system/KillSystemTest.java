package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.cli.audit.AuditReport;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.SlidingWindow;
import dev.sluice.testkit.StoodStill;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice up} killed and stopped with work in the queue, and started on the same data. */
class KillSystemTest {

    private static final int RPM = 600;
    private static final int MAX_IN_FLIGHT = 8;
    private static final Map<String, String> ENVIRONMENT = Map.of("WORKER_DRAIN_SECONDS", "15");

    // long enough that some are in flight at any moment, and short beside the drain
    private final FakeNode nodeA = FakeNode.slow(Duration.ofMillis(300));
    private final FakeNode nodeB = FakeNode.slow(Duration.ofMillis(300));

    private final AwakeClock clock = AwakeClock.start();

    @TempDir private Path dir = Path.of("");

    @AfterEach
    void stopNodes() {
        clock.close();
        nodeA.close();
        nodeB.close();
    }

    @Test
    void nothingIsLostAndNothingFinishedIsSentAgain() throws Exception {
        Path file =
                new NodesYaml()
                        .node("a", "default", nodeA, RPM, 600_000_000, MAX_IN_FLIGHT)
                        .node("b", "default", nodeB, RPM, 600_000_000, MAX_IN_FLIGHT)
                        .in(dir);
        List<String> ids;
        Set<String> done;
        try (var up = up(file)) {
            Client client = up.client("ingress");
            var numbers = IntStream.range(0, 320).boxed().toList();
            ids =
                    Parallel.map(
                            16, numbers, i -> client.queue("/queue/default/n/" + i, "body " + i));
            await().atMost(Duration.ofSeconds(30)).until(() -> seen() > 60);
            done = finished(client, timesSent().keySet());
            up.kill();
        }
        assertThat(done).as("some were done, others not").hasSizeBetween(1, ids.size() - 1);
        Map<String, Long> atKill = timesSent();

        try (var up = up(file)) {
            int before = seen();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () ->
                                    assertThat(seen())
                                            .as(() -> up.client("workers").stats().toString())
                                            .isGreaterThan(before + 40));
            assertThat(sentAgain(atKill)).doesNotContainAnyElementsOf(done);
            assertThat(sentAgain(atKill).size()).isLessThanOrEqualTo(2 * MAX_IN_FLIGHT);

            up.terminate();
            assertThat(up.exitCode()).as(up::output).isEqualTo(143);
            assertThat(up.output()).contains("Stopped.");
            assertNoWarning(up.output());
        }
        // all that was in flight was waited for: what was sent has its result
        assertThat(nodeA.inFlight() + nodeB.inFlight()).isZero();
        Map<String, Long> atStop = timesSent();

        try (var up = up(file)) {
            Client client = up.client("ingress");
            Parallel.map(
                    16,
                    ids,
                    id -> {
                        var answer = client.response(id, 50);
                        assertThat(answer.statusCode()).as(id).isEqualTo(200);
                        return id;
                    });
            assertThat(sentAgain(atStop)).isEmpty();
            assertAuditAgrees(up.audit(), ids.size());
        }
        assertThat(timesSent().keySet()).containsExactlyInAnyOrderElementsOf(ids);
        for (var node : List.of(nodeA, nodeB)) {
            assertThat(SlidingWindow.peakPerMinute(node.hits()).requests())
                    .isLessThanOrEqualTo(RPM);
            // the pace over 5 s, half a second ahead of it, and half on the way
            assertThat(clock.peak(node.hits(), Duration.ofSeconds(5)).requests())
                    .isLessThanOrEqualTo(RPM * 6 / 60 + 1);
        }
    }

    /** None while it stops, and before that only those of a machine that stood still. */
    private static void assertNoWarning(String output) {
        int stopping = output.indexOf("Stopping");
        assertThat(output.substring(0, stopping).lines())
                .filteredOn(line -> !StoodStill.says(line))
                .noneMatch(line -> line.contains("WARN") || line.contains("ERROR"));
        assertThat(output.substring(stopping)).doesNotContain("WARN", "ERROR");
    }

    /** The log says what the nodes counted, less what was in flight at the kill. */
    private void assertAuditAgrees(AuditReport audit, int accepted) {
        assertThat(audit.breaches()).isEmpty();
        assertThat(audit.requests().succeeded()).isEqualTo(accepted);
        assertThat(audit.requests().accepted()).isEqualTo(accepted);
        var sends = audit.sendsByNode();
        assertThat(sends.get("a"))
                .isBetween((long) nodeA.count() - MAX_IN_FLIGHT, (long) nodeA.count());
        assertThat(sends.get("b"))
                .isBetween((long) nodeB.count() - MAX_IN_FLIGHT, (long) nodeB.count());
    }

    private UpProcess up(Path file) {
        return UpProcess.start(dir, ENVIRONMENT, "--nodes", file.toString()).ready();
    }

    private static Set<String> finished(Client client, Set<String> ids) {
        var all = List.copyOf(ids);
        List<String> states = Parallel.map(8, all, client::status);
        return IntStream.range(0, all.size())
                .filter(i -> states.get(i).equals("succeeded"))
                .mapToObj(all::get)
                .collect(Collectors.toSet());
    }

    private int seen() {
        return nodeA.count() + nodeB.count();
    }

    private Map<String, Long> timesSent() {
        return Stream.of(nodeA, nodeB)
                .flatMap(node -> node.seen().stream())
                .map(seen -> String.valueOf(seen.header("Sluice-Request-Id")))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    /** What had been sent then and has been sent again since. */
    private Set<String> sentAgain(Map<String, Long> then) {
        Map<String, Long> now = timesSent();
        return then.keySet().stream()
                .filter(id -> now.getOrDefault(id, 0L) > then.getOrDefault(id, 0L))
                .collect(Collectors.toSet());
    }
}
