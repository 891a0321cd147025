package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.FakeNode.Keep;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.SharedBroker;
import dev.sluice.testkit.SlidingWindow;
import dev.sluice.testkit.SlidingWindow.Hit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits as the nodes count: never above, and used to the full while there is work. */
class LimitsSystemTest {

    private static final int BODY_MAX_BYTES = 20_000;
    private static final Duration FROM = Duration.ofSeconds(3);
    private static final Duration TO = Duration.ofSeconds(15);

    /** A node, and what it may be sent in a minute. */
    private record Limited(FakeNode node, int rpm, long bpm) {

        static Limited of(int rpm, long bpm) {
            var node = FakeNode.start(Keep.LENGTHS, seen -> Reply.status(200));
            return new Limited(node, rpm, bpm);
        }

        /** Most that may go in {@code width}: the pace, half a second ahead, the way's margin. */
        void assertNeverAbove(Duration width, SlidingWindow.Peak peak) {
            double minutes = width.plusMillis(500 + 50 + 500).toMillis() / 60_000.0;
            assertThat(peak.requests())
                    .isLessThanOrEqualTo(Math.min(rpm, (long) (rpm * minutes) + 1));
            assertThat(peak.bytes())
                    .isLessThanOrEqualTo(Math.min(bpm, (long) (bpm * minutes) + BODY_MAX_BYTES));
        }

        /** Hits from 3 s to 15 s after the first. */
        List<Hit> measured() {
            long first = firstNanos();
            return node.hits().stream()
                    .filter(hit -> hit.nanos() - first >= FROM.toNanos())
                    .filter(hit -> hit.nanos() - first < TO.toNanos())
                    .toList();
        }

        double useOfRequests(AwakeClock clock) {
            return measured().size() / (rpm * minutesMeasured(clock));
        }

        double useOfBytes(AwakeClock clock) {
            long bytes = measured().stream().mapToLong(Hit::bytes).sum();
            return bytes / (bpm * minutesMeasured(clock));
        }

        private double minutesMeasured(AwakeClock clock) {
            long first = firstNanos();
            return clock.awake(first + FROM.toNanos(), first + TO.toNanos()).toNanos() / 60e9;
        }

        private long firstNanos() {
            return node.hits().stream().mapToLong(Hit::nanos).min().orElseThrow();
        }
    }

    @Test
    void limitsHoldInEveryWindowAndAreUsedToTheFull(@TempDir Path dir) throws Exception {
        // by requests, by bytes (mean body: 10 kB), by both, and by one that is small
        var byRequests = Limited.of(600, 600_000_000);
        var byBytes = Limited.of(60_000, 8_000_000);
        var byBoth = Limited.of(300, 3_000_000);
        var bySix = Limited.of(6, 600_000_000);
        var all = List.of(byRequests, byBytes, byBoth, bySix);
        var file =
                new NodesYaml()
                        .node("requests", "limits", byRequests.node(), 600, 600_000_000, 16)
                        .node("bytes", "limits", byBytes.node(), 60_000, 8_000_000, 16)
                        .node("both", "limits", byBoth.node(), 300, 3_000_000, 16)
                        .node("six", "limits", bySix.node(), 6, 600_000_000, 16)
                        .in(dir);
        // gates of a new keeper reckon with one body of this size that an earlier one sent
        var environment =
                Map.of(
                        "WORKER_LARGEST_BODY_BYTES",
                        Integer.toString(BODY_MAX_BYTES),
                        "WORKER_COUNT",
                        "2");
        try (var clock = AwakeClock.start();
                var fleet = Fleet.start(SharedBroker.bootstrapServers(), file, environment)) {
            var random = new Random(1);
            var bodies =
                    IntStream.range(0, 520)
                            .mapToObj(i -> new byte[random.nextInt(BODY_MAX_BYTES)])
                            .toList();
            var ids =
                    Parallel.map(
                            8,
                            bodies,
                            body -> fleet.ingress().queue("POST", "/queue/limits/", body));

            await().atMost(Duration.ofSeconds(60)).until(() -> seenBy(all) == bodies.size());
            ids.forEach(
                    id -> assertThat(fleet.ingress().response(id, 10).statusCode()).isEqualTo(200));
            assertThat(seenBy(all)).isEqualTo(bodies.size());
            for (var one : all) {
                var hits = one.node().hits();
                for (var width : List.of(Duration.ofSeconds(1), Duration.ofSeconds(5))) {
                    one.assertNeverAbove(width, clock.peak(hits, width));
                }
                // a minute as the node counts it
                one.assertNeverAbove(Duration.ofMinutes(1), SlidingWindow.peakPerMinute(hits));
            }
            assertThat(byRequests.useOfRequests(clock)).isGreaterThanOrEqualTo(0.97);
            assertThat(byBytes.useOfBytes(clock)).isGreaterThanOrEqualTo(0.97);
            assertThat(Math.max(byBoth.useOfRequests(clock), byBoth.useOfBytes(clock)))
                    .isGreaterThanOrEqualTo(0.93);
        } finally {
            all.forEach(one -> one.node().close());
        }
    }

    private static int seenBy(List<Limited> all) {
        return all.stream().mapToInt(one -> one.node().count()).sum();
    }
}
