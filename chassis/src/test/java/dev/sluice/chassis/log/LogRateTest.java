package dev.sluice.chassis.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LogRateTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void writesSoManyInATimeAndSaysHowManyWereLeftOut() {
        var rate = new LogRate(2, Duration.ofSeconds(10));
        assertThat(rate.admit(0)).isEqualTo(OptionalLong.of(0));
        assertThat(rate.admit(SECOND)).isEqualTo(OptionalLong.of(0));
        for (int i = 0; i < 1_000; i++) {
            assertThat(rate.admit(2 * SECOND)).isEmpty();
        }
        assertThat(rate.admit(10 * SECOND - 1)).isEmpty();
        assertThat(rate.admit(10 * SECOND)).isEqualTo(OptionalLong.of(1_001));
        assertThat(rate.admit(10 * SECOND)).isEqualTo(OptionalLong.of(0));
        assertThat(rate.admit(19 * SECOND)).isEmpty();
    }

    @Test
    void readsAClockThatRunsOver() {
        var rate = new LogRate(1, Duration.ofSeconds(10));
        assertThat(rate.admit(Long.MAX_VALUE)).isPresent();
        assertThat(rate.admit(Long.MAX_VALUE + SECOND)).isEmpty();
        assertThat(rate.admit(Long.MAX_VALUE + 10 * SECOND)).isEqualTo(OptionalLong.of(1));
    }
}
