package dev.sluice.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What an ingress says of its real traffic in the last seconds.
 *
 * @param windowSeconds over which the figures go
 * @param requests of real traffic in them
 * @param responseTimes percentiles in ms
 * @param statuses requests by the class of their answer's status
 * @param hasRealTraffic requests, or messages on the heartbeat's WebSocket
 * @param histogram see {@link ResponseTimes}
 */
public record TrafficReport(
        int windowSeconds,
        long requests,
        double requestsPerSecond,
        double meanResponseTimeMs,
        @JsonProperty("response_time_ms") Percentiles responseTimes,
        Map<String, Long> statuses,
        boolean hasRealTraffic,
        String histogram) {

    // no traffic of some seconds is more, and the sum of thousands of such is still a number
    private static final long MOST = 1_000_000_000_000_000L;

    /** Percentiles in ms, to within 1 %; 0 where there are no requests. */
    public record Percentiles(double p50, double p95, double p99) {

        public static Percentiles of(Histogram micros) {
            return new Percentiles(at(micros, 50), at(micros, 95), at(micros, 99));
        }

        private static double at(Histogram micros, double percentile) {
            return micros.getTotalCount() == 0
                    ? 0
                    : micros.getValueAtPercentile(percentile) / 1_000.0;
        }
    }

    public TrafficReport {
        statuses = new TreeMap<>(statuses);
        if (windowSeconds <= 0
                || !isCount(requests)
                || !(requestsPerSecond >= 0 && requestsPerSecond <= MOST)
                || !(meanResponseTimeMs >= 0 && meanResponseTimeMs <= MOST)
                || !statuses.values().stream().allMatch(TrafficReport::isCount)) {
            throw new IllegalArgumentException("not figures of traffic");
        }
    }

    private static boolean isCount(@Nullable Long count) {
        return count != null && count >= 0 && count <= MOST;
    }
}
