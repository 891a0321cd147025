package dev.sluice.ingress.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "GET,   /api/x,            -,     true",
                "POST,  /api/,             false, true",
                "GET,   /api,              -,     false",
                "GET,   /apix/y,           -,     false",
                "GET,   /blog/api/x,       -,     false",
                "HEAD,  /api/x,            -,     false",
                "GET,   /api/x,            true,  false",
                "GET,   /api/x,            TRUE,  false",
                "GET,   /api/ws-heartbeat, -,     false",
                "GET,   /lb-health,        -,     false",
            })
    void realTrafficIsApiRequestsThatAreNoHeartbeats(
            String method, String path, String heartbeat, boolean real) {
        assertThat(RealTraffic.is(method, path, heartbeat)).isEqualTo(real);
    }

    @Test
    void aMessageOnTheWebSocketIsActivityForTenSeconds() {
        OptionalLong[] last = {OptionalLong.empty()};
        var traffic = new Traffic(() -> last[0]);
        assertThat(traffic.report(0).hasRealTraffic()).isFalse();

        last[0] = OptionalLong.of(-5);
        long ten = TimeUnit.SECONDS.toNanos(10);
        assertThat(traffic.report(0).hasRealTraffic()).isTrue();
        assertThat(traffic.report(ten - 5).hasRealTraffic()).isTrue();
        assertThat(traffic.report(ten - 4).hasRealTraffic()).isFalse();
        assertThat(traffic.report(0).requests()).isZero();
    }

    @Test
    void aQueuedRequestCountsWithTheTimeUntilItWasAccepted() {
        var traffic = new Traffic(OptionalLong::empty);
        traffic.queued(TimeUnit.MILLISECONDS.toNanos(30), TimeUnit.MILLISECONDS.toNanos(10));

        var report = traffic.report(TimeUnit.MILLISECONDS.toNanos(30));
        assertThat(report.requests()).isEqualTo(1);
        assertThat(report.meanResponseTimeMs()).isEqualTo(20);
        assertThat(report.statuses()).containsEntry("2xx", 1L);
    }
}
