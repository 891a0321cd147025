package dev.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {

    static final long SECOND = 1_000_000_000L;

    @Property
    void noTimeSeesMoreThanTheRateAndAShortBurst(
            @ForAll @IntRange(min = 1, max = 5_000) int rate,
            @ForAll @Size(max = 60) List<@LongRange(min = 0, max = 2 * SECOND) Long> pauses) {
        var pace = new Pace(Optional.of(new Rate(rate, 1)), 0);
        long now = 0;
        long first = -1;
        int sent = 0;
        for (long pause : pauses) {
            now += pause;
            now += pace.waitNanos(now);
            assertThat(pace.waitNanos(now)).isZero();
            pace.went(now);
            first = first < 0 ? now : first;
            sent++;
            double allowed = (double) (now - first + Pace.BURST_NANOS) * rate / SECOND + 1.001;
            assertThat((double) sent).isLessThanOrEqualTo(allowed);
        }
    }

    @Property
    void aRateIsUsedToTheFull(@ForAll @IntRange(min = 1, max = 1_000) int rate) {
        var pace = new Pace(Optional.of(new Rate(rate, 60)), 0);
        long now = 0;
        for (int i = 0; i < 100; i++) {
            now += pace.waitNanos(now);
            pace.went(now);
        }

        assertThat(now).isEqualTo(99 * (60 * SECOND / rate));
    }

    @Test
    void withoutARateNothingWaits() {
        var pace = new Pace(Optional.empty(), 0);
        pace.went(0);
        pace.went(0);

        assertThat(pace.waitNanos(0)).isZero();
    }

    @Test
    void aRateIsTypedPerSecondOrMinute() {
        assertThat(Rate.parse("50/s")).contains(new Rate(50, 1));
        assertThat(Rate.parse("600/min")).contains(new Rate(600, 60));
        assertThat(new Rate(600, 60)).hasToString("600/min");
    }

    @ParameterizedTest
    @ValueSource(strings = {"50", "0/s", "-1/s", "1.5/s", "50/h", "9999999/s", ""})
    void whatIsNoRateIsRefused(String text) {
        assertThat(Rate.parse(text)).isEmpty();
    }

    @Test
    void theTimeAtTheLimitsIsTheLongestOfRequestsBytesAndRate() {
        var capacity = new Capacity(600, 1_000);

        assertThat(capacity.time(new Figures(1_200, 10), Optional.empty()))
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(capacity.time(new Figures(1, 3_000), Optional.empty()))
                .isEqualTo(Duration.ofMinutes(3));
        assertThat(capacity.time(new Figures(600, 10), Optional.of(new Rate(1, 1))))
                .isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aReplayFillsHalfOfTheQueueByBytesAndByTime() {
        var room = new Room(1_000, 120);

        assertThat(room.has(10, 400, 100, 60)).isTrue();
        assertThat(room.has(10, 401, 100, 60)).isFalse();
        assertThat(room.has(60, 0, 1, 60)).isTrue();
        assertThat(room.has(61, 0, 1, 60)).isFalse();
    }
}
