package dev.sluice.chassis.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DataRateTest {

    private static final long GRACE = TimeUnit.SECONDS.toNanos(10);

    @Test
    void nothingNeedComeWithinTheGrace() {
        var rate = new DataRate(GRACE, 1_000, 0, 0);

        assertThat(rate.isTooSlow(GRACE, 0)).isFalse();
        assertThat(rate.isTooSlow(GRACE + 1, 0)).isTrue();
    }

    @Test
    void whoKeepsTheRateMayGoOnForEver() {
        var rate = new DataRate(GRACE, 1_000, 0, 0);

        for (int second = 1; second <= 3_600; second++) {
            assertThat(rate.isTooSlow(seconds(second), second * 1_000L)).isFalse();
        }
    }

    @Test
    void aByteEveryTenSecondsIsTooSlow() {
        var rate = new DataRate(GRACE, 1_000, 0, 0);

        assertThat(rate.isTooSlow(seconds(10), 1)).isFalse();
        assertThat(rate.isTooSlow(seconds(20), 2)).isTrue();
    }

    @Test
    void aBurstEarnsNoMoreThanTheGrace() {
        var rate = new DataRate(GRACE, 1_000, 0, 0);

        assertThat(rate.isTooSlow(seconds(1), 100_000_000)).isFalse();
        assertThat(rate.isTooSlow(seconds(11), 100_000_000)).isFalse();
        assertThat(rate.isTooSlow(seconds(12), 100_000_000)).isTrue();
    }

    private static long seconds(long number) {
        return TimeUnit.SECONDS.toNanos(number);
    }
}
