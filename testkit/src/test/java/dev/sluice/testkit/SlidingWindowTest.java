package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.SlidingWindow.Hit;
import dev.sluice.testkit.SlidingWindow.Peak;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlidingWindowTest {

    private static final Duration TEN = Duration.ofNanos(10);

    @Test
    void nothingHasNoPeak() {
        assertThat(SlidingWindow.peak(List.of(), TEN)).isEqualTo(new Peak(0, 0));
    }

    @Test
    void isHalfOpen() {
        assertThat(SlidingWindow.peak(List.of(new Hit(0, 5), new Hit(10, 5)), TEN))
                .isEqualTo(new Peak(1, 5));
        assertThat(SlidingWindow.peak(List.of(new Hit(0, 5), new Hit(9, 5)), TEN))
                .isEqualTo(new Peak(2, 10));
    }

    @Test
    void takesRequestsAndBytesFromDifferentWindows() {
        var hits = List.of(new Hit(0, 1), new Hit(1, 1), new Hit(50, 100));

        assertThat(SlidingWindow.peak(hits, TEN)).isEqualTo(new Peak(2, 100));
    }

    @Test
    void standsAClockThatWrapsAround() {
        var hits = List.of(new Hit(Long.MIN_VALUE + 2, 1), new Hit(Long.MAX_VALUE - 2, 1));

        assertThat(SlidingWindow.peak(hits, TEN)).isEqualTo(new Peak(2, 2));
    }

    @Test
    void countsMinutes() {
        long minute = Duration.ofMinutes(1).toNanos();
        var hits = List.of(new Hit(0, 1), new Hit(minute - 1, 1), new Hit(minute, 1));

        assertThat(SlidingWindow.peakPerMinute(hits)).isEqualTo(new Peak(2, 2));
    }

    @Test
    void refusesAWindowOfNoWidth() {
        assertThatThrownBy(() -> SlidingWindow.peak(List.of(), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithLookingAtEveryWindow(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            var hits = new ArrayList<Hit>();
            for (int i = random.nextInt(30); i > 0; i--) {
                hits.add(new Hit(random.nextInt(60), random.nextInt(1_000)));
            }
            int width = 1 + random.nextInt(30);

            assertThat(SlidingWindow.peak(hits, Duration.ofNanos(width)))
                    .as("width %d, %s", width, hits)
                    .isEqualTo(everyWindow(hits, width));
        }
    }

    private static Peak everyWindow(List<Hit> hits, int width) {
        var most = new Peak(0, 0);
        for (int from = -width; from <= 60; from++) {
            long requests = 0;
            long bytes = 0;
            for (var hit : hits) {
                if (hit.nanos() >= from && hit.nanos() < from + width) {
                    requests++;
                    bytes += hit.bytes();
                }
            }
            most = new Peak(Math.max(most.requests(), requests), Math.max(most.bytes(), bytes));
        }
        return most;
    }
}
