package dev.sluice.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestsTopic;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopMetricsTest {

    private static final RequestsTopic TOPIC = new RequestsTopic(PoolName.DEFAULT, Lane.HIGH);
    private static final Instant QUEUED = Instant.parse("2026-11-21T10:00:00Z");

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final LoopMetrics metrics = new LoopMetrics(registry);

    @Test
    void aWaitEndsWithTheFirstAttemptAndEachAttemptIsTimed() {
        attempt("gpu-a", true, 4, 6, "500");
        attempt("gpu-b", false, 20, 21, "200");

        var waits = registry.get("sluice.wait").tags("pool", "default", "lane", "high").timer();
        assertThat(waits.count()).isEqualTo(1);
        assertThat(waits.totalTime(TimeUnit.SECONDS)).isEqualTo(4);
        assertThat(seconds("gpu-a", "5xx")).isEqualTo(2);
        assertThat(seconds("gpu-b", "2xx")).isEqualTo(1);
    }

    @Test
    void aClockThatIsBehindMakesNoTimeBelowZero() {
        attempt("gpu-a", true, -3, 1, "200");

        assertThat(registry.get("sluice.wait").timer().totalTime(TimeUnit.SECONDS)).isZero();
        assertThat(registry.get("sluice.wait").timer().count()).isEqualTo(1);
    }

    @Test
    void outcomesAreWordsOfOursAndClassesOfStatuses() {
        for (String result : Set.of("201", "404", "429", "503", "timeout", "no_connection")) {
            attempt("gpu-a", true, 1, 2, result);
        }

        assertThat(values("outcome"))
                .containsExactly("2xx", "4xx", "5xx", "no_connection", "throttled", "timeout");
    }

    @Test
    void theSeriesOfNodesThatAreGoneEnd() {
        attempt("gpu-a", true, 1, 2, "200");
        attempt("gpu-b", true, 1, 2, "200");

        metrics.keepNodes(Set.of("gpu-b"));
        assertThat(values("node")).containsExactly("gpu-b");
        attempt("gpu-a", true, 1, 2, "200"); // it was still on its way
        assertThat(values("node")).containsExactly("gpu-a", "gpu-b");
        metrics.keepNodes(Set.of());
        assertThat(registry.find("sluice.attempts").timers()).isEmpty();
    }

    private void attempt(String node, boolean first, int from, int to, String result) {
        var attempt = new Attempt(node, QUEUED.plusSeconds(from), QUEUED.plusSeconds(to), result);
        metrics.attempted(TOPIC, first, QUEUED, attempt, true);
    }

    private double seconds(String node, String outcome) {
        return registry.get("sluice.attempts")
                .tags("pool", "default", "node", node, "outcome", outcome)
                .timer()
                .totalTime(TimeUnit.SECONDS);
    }

    private Set<String> values(String tag) {
        var values = new TreeSet<String>();
        registry.find("sluice.attempts")
                .timers()
                .forEach(timer -> values.add(String.valueOf(timer.getId().getTag(tag))));
        return values;
    }
}
