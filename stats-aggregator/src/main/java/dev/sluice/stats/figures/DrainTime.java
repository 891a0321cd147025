package dev.sluice.stats.figures;

import java.util.OptionalDouble;

/** How long a pool's queue would take to be done, in seconds. */
public final class DrainTime {

    private static final double MINUTE_SECONDS = 60;

    private DrainTime() {}

    /**
     * At the limits of its nodes, were nothing to be added.
     *
     * @param rpm of all nodes that may be used, together
     * @param bpm of these
     * @return empty if something is queued and no node may be used
     */
    public static OptionalDouble atLimits(long queued, long queuedBytes, long rpm, long bpm) {
        if (queued == 0) {
            return OptionalDouble.of(0);
        }
        if (rpm == 0 || bpm == 0) {
            return OptionalDouble.empty();
        }
        double minutes = Math.max((double) queued / rpm, (double) queuedBytes / bpm);
        return OptionalDouble.of(minutes * MINUTE_SECONDS);
    }

    /**
     * If it goes on as in the last minute.
     *
     * @return empty if something is queued and nothing was done
     */
    public static OptionalDouble atThroughput(long queued, double perSecond) {
        if (queued == 0) {
            return OptionalDouble.of(0);
        }
        return perSecond == 0 ? OptionalDouble.empty() : OptionalDouble.of(queued / perSecond);
    }
}
