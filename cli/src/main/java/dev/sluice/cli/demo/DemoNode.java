package dev.sluice.cli.demo;

import dev.sluice.chassis.time.NanoClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One demo node: its limits, how long it takes to answer, and what it was sent so far.
 *
 * <p>It enforces nothing, so that it shows what Sluice does.
 *
 * @param latency from the end of the request to the answer
 */
record DemoNode(
        String id,
        int rpm,
        long bpm,
        int maxInFlight,
        Duration latency,
        NanoClock clock,
        MinuteCount count) {

    /** A quick large one, a middling one, and a slow small one. */
    static List<DemoNode> three(NanoClock clock) {
        return List.of(
                of("demo-a", 6_000, 600_000_000, 64, Duration.ofMillis(5), clock),
                of("demo-b", 3_000, 300_000_000, 32, Duration.ofMillis(50), clock),
                of("demo-c", 1_200, 120_000_000, 16, Duration.ofMillis(200), clock));
    }

    private static DemoNode of(
            String id, int rpm, long bpm, int maxInFlight, Duration latency, NanoClock clock) {
        return new DemoNode(id, rpm, bpm, maxInFlight, latency, clock, new MinuteCount());
    }

    /** A request's head is here; a negative length is not known yet. */
    void arrived(long bodyBytes) {
        synchronized (count) { // the clock is read inside, so that times never go back
            count.request(clock.nanoTime(), Math.max(0, bodyBytes));
        }
    }

    /** The body of a request that did not say its length is here. */
    void bodyArrived(long bodyBytes) {
        synchronized (count) {
            count.moreBytes(clock.nanoTime(), bodyBytes);
        }
    }

    /** What {@code GET /stats} of this node answers. */
    Map<String, Object> stats() {
        MinuteCount.Totals totals;
        synchronized (count) {
            totals = count.totals();
        }
        var stats = new LinkedHashMap<String, Object>();
        stats.put("node", id);
        stats.put("requests", totals.requests());
        stats.put("bytes", totals.bytes());
        stats.put("most_requests_in_60_s", totals.peakRequests());
        stats.put("most_bytes_in_60_s", totals.peakBytes());
        stats.put("exact", totals.exactPeaks());
        stats.put("rpm", rpm);
        stats.put("bpm", bpm);
        stats.put("exceeded", totals.peakRequests() > rpm || totals.peakBytes() > bpm);
        return stats;
    }
}
