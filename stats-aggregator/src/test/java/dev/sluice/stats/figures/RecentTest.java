package dev.sluice.stats.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class RecentTest {

    private static final long NOW = 1_795_000_000_500L;

    @Test
    void aCountHoldsForAMinuteAndThenIsGone() {
        var count = new RecentCount();
        count.add(NOW, NOW, 3);
        count.add(NOW + 500, NOW + 500, 4);

        assertThat(count.sum(NOW + 500)).isEqualTo(7);
        assertThat(count.sum(NOW + 59_400)).isEqualTo(7);
        assertThat(count.sum(NOW + 59_500)).isEqualTo(4);
        assertThat(count.sum(NOW + 60_500)).isZero();
    }

    @Test
    void whatIsToldLateCountsWhenItHappened() {
        var count = new RecentCount();
        count.add(NOW - 30_000, NOW, 5);
        count.add(NOW - 60_000, NOW, 100);
        count.add(NOW - 3_600_000, NOW, 100);

        assertThat(count.sum(NOW)).isEqualTo(5);
        assertThat(count.sum(NOW + 29_000)).isEqualTo(5);
        assertThat(count.sum(NOW + 30_000)).isZero();
    }

    @Test
    void whatComesFromAClockAheadCountsAsNow() {
        var count = new RecentCount();
        count.add(NOW + 90_000, NOW, 5);

        assertThat(count.sum(NOW)).isEqualTo(5);
        assertThat(count.sum(NOW + 60_000)).isZero();
    }

    @Test
    void behavesLikeAListOfSecondsUnderARandomLoad() {
        var random = new Random(42);
        var count = new RecentCount();
        var all = new ArrayList<Long>();
        long now = NOW;
        for (int i = 0; i < 5_000; i++) {
            now += random.nextInt(200);
            long at = now - random.nextInt(70_000);
            count.add(at, now, 1);
            all.add(at);
            long from = now / 1_000 - 59;
            assertThat(count.sum(now))
                    .isEqualTo(all.stream().filter(t -> t / 1_000 >= from).count());
        }
    }

    @Test
    void smallTimesAreExact() {
        var times = new RecentTimes();
        for (int i = 1; i <= 10; i++) {
            times.add(NOW, NOW, i);
        }

        assertThat(times.summary(NOW)).isEqualTo(new RecentTimes.Summary(10, 5.5, 5, 10, 10));
        assertThat(times.summary(NOW + 60_000)).isEqualTo(new RecentTimes.Summary(0, 0, 0, 0, 0));
    }

    @Test
    void percentilesAreWithinSevenPercent() {
        var random = new Random(7);
        var times = new RecentTimes();
        var all = new ArrayList<Long>();
        for (int i = 0; i < 20_000; i++) {
            long time = (long) Math.exp(random.nextDouble() * 16);
            all.add(time);
            times.add(NOW - random.nextInt(50_000), NOW, time);
        }
        all.sort(null);

        RecentTimes.Summary summary = times.summary(NOW);

        assertThat(summary.count()).isEqualTo(20_000);
        assertThat(summary.mean())
                .isCloseTo(all.stream().mapToLong(t -> t).average().orElseThrow(), within(0.001));
        Percentage seven = Percentage.withPercentage(7);
        assertThat(summary.p50()).isCloseTo(all.get(9_999), seven);
        assertThat(summary.p95()).isCloseTo(all.get(18_999), seven);
        assertThat(summary.p99()).isCloseTo(all.get(19_799), seven);
    }

    @Test
    void timesOutOfAllBoundsAreTakenForTheNearestThatIsNot() {
        var times = new RecentTimes();
        times.add(NOW, NOW, -5);
        times.add(NOW, NOW, Long.MAX_VALUE);

        assertThat(times.summary(NOW).count()).isEqualTo(2);
        assertThat(times.summary(NOW).p50()).isZero();
        assertThat(times.summary(NOW).p99()).isPositive();
    }
}
