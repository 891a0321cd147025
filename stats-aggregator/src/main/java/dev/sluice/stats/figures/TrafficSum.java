package dev.sluice.stats.figures;

import dev.sluice.protocol.ResponseTimes;
import dev.sluice.protocol.TrafficReport;
import dev.sluice.protocol.UnreadableRecordException;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * The real traffic of all ingresses: rates and counts are added, means are weighted by the number
 * of requests, percentiles are those of the histograms added. Not safe for use by several threads.
 */
public final class TrafficSum {

    private final Histogram micros = ResponseTimes.empty();
    private final TreeMap<String, Long> statuses = new TreeMap<>();
    private int windowSeconds = 10;
    private long requests;
    private double perSecond;
    private double sumMs;
    private boolean real;

    /**
     * Takes the report of one ingress in, or nothing of it.
     *
     * @throws UnreadableRecordException if its histogram is none
     */
    public void add(TrafficReport report) throws UnreadableRecordException {
        micros.add(ResponseTimes.decode(report.histogram()));
        report.statuses().forEach((status, count) -> statuses.merge(status, count, Long::sum));
        windowSeconds = report.windowSeconds();
        requests += report.requests();
        perSecond += report.requestsPerSecond();
        sumMs += report.meanResponseTimeMs() * report.requests();
        real |= report.hasRealTraffic();
    }

    public TrafficReport sum() {
        return new TrafficReport(
                windowSeconds,
                requests,
                perSecond,
                requests == 0 ? 0 : sumMs / requests,
                TrafficReport.Percentiles.of(micros),
                statuses,
                real,
                ResponseTimes.encode(micros));
    }
}
