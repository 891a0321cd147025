package dev.sluice.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StandstillTest {

    private final Standstill standstill = new Standstill(500, 200);

    @Test
    void theFirstLookAndLooksInTimeAreNoStop() {
        assertThat(standstill.isJustOver(10_000)).isFalse();
        assertThat(standstill.isJustOver(10_500)).isFalse();
    }

    @Test
    void afterAStopNothingIsJudgedForAWhile() {
        standstill.isJustOver(0);

        assertThat(standstill.isJustOver(501)).isTrue();
        assertThat(standstill.isJustOver(502)).isTrue();
        assertThat(standstill.isJustOver(700)).isTrue();
        assertThat(standstill.isJustOver(701)).isFalse();
        assertThat(standstill.isJustOver(702)).isFalse();
    }

    @Test
    void looksThatAreAlwaysLatePutOffOnceAndNotForEver() {
        standstill.isJustOver(0);

        assertThat(standstill.isJustOver(600)).isTrue();
        assertThat(standstill.isJustOver(1_200)).isFalse();
        assertThat(standstill.isJustOver(1_800)).isTrue();
        assertThat(standstill.isJustOver(2_400)).isFalse();
    }

    @Test
    void timeMayPassTheEndOfItsRange() {
        long start = Long.MAX_VALUE - 100;
        standstill.isJustOver(start);

        assertThat(standstill.isJustOver(start + 501)).isTrue();
        assertThat(standstill.isJustOver(start + 700)).isTrue();
        assertThat(standstill.isJustOver(start + 701)).isFalse();
    }
}
