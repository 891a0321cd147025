package dev.sluice.stats.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.protocol.ResponseTimes;
import dev.sluice.protocol.TrafficReport;
import dev.sluice.protocol.UnreadableRecordException;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TrafficSumTest {

    private final TrafficSum sum = new TrafficSum();

    @Test
    void ratesAreAddedAndMeansAreWeightedAndPercentilesAreOfAllRequests() throws Exception {
        sum.add(report(90, 10, true));
        sum.add(report(10, 1_000, true));

        TrafficReport all = sum.sum();
        assertThat(all.requests()).isEqualTo(100);
        assertThat(all.requestsPerSecond()).isEqualTo(10);
        assertThat(all.meanResponseTimeMs()).isEqualTo(109);
        // no average of the two: the 90th of all is fast, the 91st is slow
        assertThat(all.responseTimes().p50()).isCloseTo(10, within(0.1));
        assertThat(all.responseTimes().p95()).isCloseTo(1_000, within(10.0));
        assertThat(all.statuses()).isEqualTo(Map.of("2xx", 100L));
        assertThat(ResponseTimes.decode(all.histogram()).getTotalCount()).isEqualTo(100);
    }

    @Test
    void oneThatIsIdleChangesNothingAndOneThatIsActiveIsEnough() throws Exception {
        assertThat(sum.sum().hasRealTraffic()).isFalse();
        sum.add(report(0, 0, false));
        assertThat(sum.sum().hasRealTraffic()).isFalse();
        assertThat(sum.sum().meanResponseTimeMs()).isZero();
        sum.add(report(0, 0, true));
        assertThat(sum.sum().hasRealTraffic()).isTrue();
    }

    @Test
    void aReportWhoseHistogramIsNoneIsRefusedWhole() {
        var broken =
                new TrafficReport(
                        10,
                        5,
                        0.5,
                        1,
                        new TrafficReport.Percentiles(1, 1, 1),
                        Map.of("2xx", 5L),
                        true,
                        "bm90IG9uZQ==");

        assertThatThrownBy(() -> sum.add(broken)).isInstanceOf(UnreadableRecordException.class);
        assertThat(sum.sum().requests()).isZero();
        assertThat(sum.sum().hasRealTraffic()).isFalse();
    }

    @Test
    void aQueueIsDoneWhenTheTighterLimitAllowsIt() {
        assertThat(DrainTime.atLimits(120, 1_000, 60, 1_000_000)).hasValue(120);
        assertThat(DrainTime.atLimits(1, 3_000, 60, 1_000)).hasValue(180);
        assertThat(DrainTime.atLimits(0, 0, 0, 0)).hasValue(0);
        assertThat(DrainTime.atLimits(1, 10, 0, 0)).isEqualTo(OptionalDouble.empty());
        assertThat(DrainTime.atThroughput(10, 0.5)).hasValue(20);
        assertThat(DrainTime.atThroughput(0, 0)).hasValue(0);
        assertThat(DrainTime.atThroughput(1, 0)).isEqualTo(OptionalDouble.empty());
    }

    private static TrafficReport report(int requests, long tookMs, boolean real) {
        var micros = ResponseTimes.empty();
        for (int i = 0; i < requests; i++) {
            micros.recordValue(tookMs * 1_000);
        }
        return new TrafficReport(
                10,
                requests,
                requests / 10.0,
                tookMs,
                TrafficReport.Percentiles.of(micros),
                Map.of("2xx", (long) requests),
                real,
                ResponseTimes.encode(micros));
    }
}
