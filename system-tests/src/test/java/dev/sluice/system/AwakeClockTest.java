package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.ManualClock;
import dev.sluice.testkit.SlidingWindow.Hit;
import dev.sluice.testkit.SlidingWindow.Peak;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AwakeClockTest {

    private final ManualClock nanos = new ManualClock();
    private final long begun = nanos.nanoTime();
    private final AwakeClock clock = new AwakeClock(nanos::nanoTime);

    @Test
    void whatTicksOnTimeIsAwake() {
        ticks(0, 10_000);

        assertThat(awake(0, 10_000)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aLateTickStoodStillSinceItWasDue() {
        ticks(0, 1_000);
        ticks(3_000, 5_000);

        assertThat(awake(0, 5_000)).isEqualTo(Duration.ofMillis(3_010));
        assertThat(awake(2_000, 4_000)).isEqualTo(Duration.ofSeconds(1));
        assertThat(awake(3_000, 4_000)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aMomentIsNoStandstill() {
        ticks(0, 1_000);
        ticks(1_250, 2_000);

        assertThat(awake(0, 2_000)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void whatIsReadAllAtOnceAfterAStandstillIsNoPeak() {
        ticks(0, 4_000);
        ticks(6_000, 10_000);
        // one in 100 ms, and those of the two seconds at their end
        List<Hit> hits =
                IntStream.range(0, 100)
                        .mapToObj(i -> new Hit(at(i >= 40 && i < 60 ? 6_000 : i * 100), 7))
                        .toList();

        assertThat(clock.peak(hits, Duration.ofSeconds(1))).isEqualTo(new Peak(10, 70));
    }

    @Test
    void whatComesTooLateIsNoticedWithoutWaitingForLonger() {
        try (var running = AwakeClock.start()) {
            assertThatThrownBy(
                            () ->
                                    running.awaitWithin(
                                            "never",
                                            System.nanoTime(),
                                            Duration.ofMillis(300),
                                            () -> false))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("never");
        }
    }

    private void ticks(int fromMs, int toMs) {
        for (int ms = fromMs; ms <= toMs; ms += 10) {
            nanos.advance(Duration.ofNanos(at(ms) - nanos.nanoTime()));
            clock.tick();
        }
    }

    private Duration awake(int fromMs, int toMs) {
        return clock.awake(at(fromMs), at(toMs));
    }

    private long at(long ms) {
        return begun + ms * 1_000_000;
    }
}
