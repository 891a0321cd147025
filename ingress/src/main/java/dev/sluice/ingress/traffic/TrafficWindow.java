package dev.sluice.ingress.traffic;

import dev.sluice.protocol.ResponseTimes;
import dev.sluice.protocol.TrafficReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * The requests of the last ten seconds: how many, how long they took, with what status.
 *
 * <p>It moves in steps of 100 ms: the step that has begun and the 99 before it. So its memory does
 * not grow with the traffic: some 13 KiB a step, 1.3 MiB in all. Safe for use by several threads.
 */
public final class TrafficWindow {

    /** The length of the window. */
    public static final int SECONDS = 10;

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int STEPS = (int) (TimeUnit.SECONDS.toNanos(SECONDS) / STEP_NANOS);
    private static final int CLASSES = 6; // 0 for an answer that never was, or not to its end

    private static final class Step {
        long number = Long.MIN_VALUE;
        long sumMicros;
        final long[] statuses = new long[CLASSES];
        @Nullable AbstractHistogram micros;

        void begin(long number) {
            this.number = number;
            sumMicros = 0;
            java.util.Arrays.fill(statuses, 0);
            if (micros != null) {
                micros.reset();
            }
        }

        void add(long took, int statusClass) {
            if (micros == null) {
                micros = new IntCountsHistogram(1, ResponseTimes.MAX_MICROS, ResponseTimes.DIGITS);
            }
            micros.recordValue(took);
            sumMicros += took;
            statuses[statusClass]++;
        }
    }

    private final List<Step> steps = new ArrayList<>();

    public TrafficWindow() {
        for (int i = 0; i < STEPS; i++) {
            steps.add(new Step());
        }
    }

    /**
     * Takes a request in.
     *
     * @param atNanos when it was over
     * @param tookNanos from its arrival to that
     * @param status of the answer; 0 if it never was complete
     */
    public synchronized void add(long atNanos, long tookNanos, int status) {
        long number = number(atNanos);
        Step step = steps.get(Math.floorMod(number, STEPS));
        if (step.number > number) {
            return; // a thread that stood still for ten seconds between its clock and here
        }
        if (step.number < number) {
            step.begin(number);
        }
        long micros = Math.clamp(tookNanos / 1_000, 0, ResponseTimes.MAX_MICROS);
        step.add(micros, status >= 100 && status < 600 ? status / 100 : 0);
    }

    /**
     * The figures at a moment.
     *
     * @param active whether there was other activity than requests
     */
    public synchronized TrafficReport report(long nowNanos, boolean active) {
        Histogram micros = ResponseTimes.empty();
        long sumMicros = 0;
        var classes = new long[CLASSES];
        long now = number(nowNanos);
        for (Step step : steps) {
            if (step.number > now - STEPS && step.number <= now && step.micros != null) {
                micros.add(step.micros);
                sumMicros += step.sumMicros;
                for (int i = 0; i < CLASSES; i++) {
                    classes[i] += step.statuses[i];
                }
            }
        }
        long requests = micros.getTotalCount();
        return new TrafficReport(
                SECONDS,
                requests,
                (double) requests / SECONDS,
                requests == 0 ? 0 : sumMicros / 1_000.0 / requests,
                TrafficReport.Percentiles.of(micros),
                statuses(classes),
                active || requests > 0,
                ResponseTimes.encode(micros));
    }

    private static Map<String, Long> statuses(long[] classes) {
        var statuses = new TreeMap<String, Long>();
        for (int i = 1; i < CLASSES; i++) {
            statuses.put(i + "xx", classes[i]);
        }
        statuses.put("none", classes[0]);
        return statuses;
    }

    private static long number(long nanos) {
        return Math.floorDiv(nanos, STEP_NANOS);
    }
}
