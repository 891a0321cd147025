package dev.sluice.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** While there is work, limits are used; from the gate's first moment unless said otherwise. */
class GateUseTest {

    private static final Duration END = Duration.ofMinutes(10);

    @ParameterizedTest
    // a keeper that knows nothing waits for 20 s before the first of 6 requests a minute
    @CsvSource({"6, 0.965", "60, 0.99", "600, 0.995", "6000, 0.995", "60000, 0.995"})
    void requestsUseTheirLimit(int rpm, double least) {
        var run = new GateRun(GateRun.node(rpm, 1L << 39, 200), new Random(rpm), () -> 0, 5, 50);

        run.runUntil(END);

        assertThat(run.requestsPerMinute(Duration.ZERO, END) / rpm).isBetween(least, 1.0);
    }

    @ParameterizedTest
    @CsvSource({"1000, 0.965", "200, 0.975", "20, 0.96"})
    void bytesUseTheirLimit(int bodiesAMinute, double least) {
        long bpm = 60_000_000;
        int largest = (int) (bpm / bodiesAMinute);
        var random = new Random(largest);
        var run =
                new GateRun(
                        GateRun.node(1_000_000, bpm, 64),
                        random,
                        () -> random.nextInt(largest),
                        5,
                        50);

        run.runUntil(END);

        // the oldest waits until all of it fits: about half of one is free meanwhile
        assertThat(run.bytesPerMinute(Duration.ZERO, END) / bpm).isBetween(least, 1.0);
    }

    @ParameterizedTest
    @CsvSource({
        "1200, 120, 16",
        "1200, 300, 16",
        "1200, 500, 16",
        "1200, 550, 32",
        "1200, 600, 64",
        "2400, 600, 32",
        "6000, 600, 64"
    })
    void mixedSizesUseOneLimitOrTheOther(int rpm, int bpmMillions, int maxInFlight) {
        long bpm = bpmMillions * 1_000_000L;
        for (int latency : new int[] {5, 200}) {
            var random = new Random(bpmMillions);
            var run =
                    new GateRun(
                            GateRun.node(rpm, bpm, maxInFlight),
                            random,
                            () -> random.nextInt(900 * 1024),
                            latency,
                            latency);

            run.runUntil(END);

            double requests = run.requestsPerMinute(Duration.ofSeconds(10), END) / rpm;
            double bytes = run.bytesPerMinute(Duration.ofSeconds(10), END) / bpm;
            assertThat(Math.max(requests, bytes)).isBetween(0.98, 1.0);
        }
    }
}
