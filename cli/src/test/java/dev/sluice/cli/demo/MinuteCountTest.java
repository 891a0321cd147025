package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.SlidingWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MinuteCountTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void countsNothingBeforeAnythingCame() {
        assertThat(new MinuteCount().totals()).isEqualTo(new MinuteCount.Totals(0, 0, 0, 0, true));
    }

    @Test
    void aRequestLeavesTheWindowAfterSixtySecondsAndNotBefore() {
        var count = new MinuteCount();
        count.request(0, 10);
        count.request(60 * SECOND - 1, 10);
        assertThat(count.totals().peakRequests()).isEqualTo(2);

        var later = new MinuteCount();
        later.request(0, 10);
        later.request(60 * SECOND, 10);
        assertThat(later.totals()).isEqualTo(new MinuteCount.Totals(2, 20, 1, 10, true));
    }

    @Test
    void bytesThatComeLaterCountWithTheirRequest() {
        var count = new MinuteCount();
        count.request(0, 0);
        count.moreBytes(SECOND, 500);

        assertThat(count.totals()).isEqualTo(new MinuteCount.Totals(1, 500, 1, 500, true));
    }

    @Test
    void saysSoWhenMoreCameThanItCanHold() {
        var count = new MinuteCount(300);
        for (int i = 0; i < 301; i++) {
            count.request(i, 1);
        }

        assertThat(count.totals()).isEqualTo(new MinuteCount.Totals(301, 301, 300, 300, false));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithACountThatKeepsEverything(long seed) {
        var random = new SplittableRandom(seed);
        var count = new MinuteCount();
        var hits = new ArrayList<SlidingWindow.Hit>();
        long now = Long.MAX_VALUE - 100 * SECOND; // a nano clock may wrap around
        for (int i = 0; i < 5_000; i++) {
            // bursts, and pauses of up to twice the window
            now +=
                    random.nextInt(100) == 0
                            ? random.nextLong(120 * SECOND)
                            : random.nextLong(SECOND / 10);
            long bytes = random.nextLong(10_000);
            count.request(now, bytes);
            hits.add(new SlidingWindow.Hit(now, bytes));
        }
        var peak = SlidingWindow.peak(hits, Duration.ofMinutes(1));

        assertThat(count.totals().peakRequests()).isEqualTo(peak.requests());
        assertThat(count.totals().peakBytes()).isEqualTo(peak.bytes());
        assertThat(count.totals().requests()).isEqualTo(5_000);
        assertThat(count.totals().exactPeaks()).isTrue();
    }
}
