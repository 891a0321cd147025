package dev.sluice.ingress.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.protocol.ResponseTimes;
import dev.sluice.protocol.TrafficReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TrafficWindowTest {

    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * Something that is over {@code afterMs} after the one before it.
     *
     * @param tookMs how long it took
     */
    record Request(int afterMs, int tookMs, int status) {}

    private final TrafficWindow window = new TrafficWindow();

    @Test
    void tenRequestsInTenSecondsAreOneASecond() {
        for (int second = 0; second < 10; second++) {
            window.add(second * 1_000L * MS, (second + 1) * MS, 200);
        }

        TrafficReport report = window.report(9_900 * MS, false);
        assertThat(report.requests()).isEqualTo(10);
        assertThat(report.requestsPerSecond()).isEqualTo(1.0);
        assertThat(report.meanResponseTimeMs()).isEqualTo(5.5);
        assertThat(report.hasRealTraffic()).isTrue();
        // the first leaves when the window has moved over it
        assertThat(window.report(10_000 * MS, false).requests()).isEqualTo(9);
    }

    @Test
    void nothingForTenSecondsIsIdleUnlessThereIsOtherActivity() {
        window.add(0, MS, 200);

        TrafficReport idle = window.report(10_000 * MS, false);
        assertThat(idle.hasRealTraffic()).isFalse();
        assertThat(idle.requestsPerSecond()).isZero();
        assertThat(idle.meanResponseTimeMs()).isZero();
        assertThat(idle.responseTimes()).isEqualTo(new TrafficReport.Percentiles(0, 0, 0));
        assertThat(window.report(10_000 * MS, true).hasRealTraffic()).isTrue();
    }

    @Test
    void percentilesAndTheHistogramAreOfTheSameRequests() throws Exception {
        for (int i = 1; i <= 100; i++) {
            window.add(5_000 * MS, i * MS, i == 100 ? 503 : 200);
        }

        TrafficReport report = window.report(5_000 * MS, false);
        assertThat(report.responseTimes().p50()).isCloseTo(50, within(0.5));
        assertThat(report.responseTimes().p99()).isCloseTo(99, within(1.0));
        assertThat(report.statuses()).containsEntry("2xx", 99L).containsEntry("5xx", 1L);
        var handedOver = ResponseTimes.decode(report.histogram());
        assertThat(handedOver.getTotalCount()).isEqualTo(100);
        assertThat(TrafficReport.Percentiles.of(handedOver)).isEqualTo(report.responseTimes());
    }

    @Property
    void saysWhatAListOfAllRequestsSays(
            @ForAll("requests") List<Request> requests, @ForAll("start") long startMs) {
        var tried = new TrafficWindow();
        var all = new ArrayList<long[]>();
        long nowMs = startMs;
        for (Request request : requests) {
            nowMs += request.afterMs();
            tried.add(nowMs * MS, request.tookMs() * MS, request.status());
            all.add(new long[] {nowMs, request.tookMs(), request.status()});

            long step = Math.floorDiv(nowMs, 100);
            var live = all.stream().filter(r -> Math.floorDiv(r[0], 100) > step - 100).toList();
            TrafficReport report = tried.report(nowMs * MS, false);
            assertThat(report.requests()).isEqualTo(live.size());
            assertThat(report.requestsPerSecond()).isEqualTo(live.size() / 10.0);
            assertThat(report.meanResponseTimeMs())
                    .isCloseTo(
                            live.stream().mapToLong(r -> r[1]).average().orElse(0), within(1e-6));
            assertThat(report.statuses())
                    .containsEntry("5xx", live.stream().filter(r -> r[2] >= 500).count())
                    .containsEntry("none", live.stream().filter(r -> r[2] == 0).count());
            long inTen = all.stream().filter(r -> r[0] > latest(all) - 10_000).count();
            long inLess = all.stream().filter(r -> r[0] > latest(all) - 9_900).count();
            assertThat(report.requests()).isBetween(inLess, inTen);
        }
    }

    private static long latest(List<long[]> all) {
        return all.getLast()[0];
    }

    @Provide
    Arbitrary<List<Request>> requests() {
        return Combinators.combine(
                        // bursts, steps, and pauses longer than the window
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(6, Arbitraries.integers().between(0, 150)),
                                net.jqwik.api.Tuple.of(
                                        2, Arbitraries.integers().between(0, 12_000))),
                        Arbitraries.integers().between(0, 60_000),
                        Arbitraries.of(200, 204, 302, 404, 500, 503, 0))
                .as(Request::new)
                .list()
                .ofMaxSize(60);
    }

    /** The monotonic clock may well be below 0. */
    @Provide
    Arbitrary<Long> start() {
        return Arbitraries.longs().between(-1_000_000, 1_000_000);
    }

    @Test
    void nothingIsLostWhenManyThreadsAddAtOnce() throws Exception {
        int threads = 8;
        int each = 20_000;
        var begin = new CountDownLatch(1);
        try (var pool = Executors.newFixedThreadPool(threads)) {
            var adding = new ArrayList<Future<?>>();
            for (int t = 0; t < threads; t++) {
                int of = t;
                adding.add(
                        pool.submit(
                                () -> {
                                    begin.await();
                                    for (int i = 0; i < each; i++) {
                                        window.add((i % 9_900) * MS, (of + 1) * MS, 200);
                                    }
                                    return null;
                                }));
            }
            begin.countDown();
            for (Future<?> done : adding) {
                done.get(30, TimeUnit.SECONDS);
            }
        }

        TrafficReport report = window.report(9_900 * MS, false);
        assertThat(report.requests()).isEqualTo((long) threads * each);
        assertThat(report.statuses()).containsEntry("2xx", (long) threads * each);
        assertThat(report.meanResponseTimeMs()).isEqualTo((1 + threads) / 2.0);
    }

    @Test
    void aThreadThatWasLateForTheWholeWindowChangesNothing() {
        window.add(20_000 * MS, MS, 200);
        window.add(10_000 * MS, MS, 200);

        assertThat(window.report(20_000 * MS, false).requests()).isEqualTo(1);
    }
}
