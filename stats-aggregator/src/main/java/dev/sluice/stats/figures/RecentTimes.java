package dev.sluice.stats.figures;

import org.jspecify.annotations.Nullable;

/**
 * Times in ms of the last minute: their mean, and their percentiles to within 7 %.
 *
 * <p>Each second has its counts by size: sizes below 16 ms are exact, above that there are eight to
 * each doubling. So memory does not grow with the number of requests.
 */
public final class RecentTimes {

    /**
     * What the times add up to; all 0 where there are none.
     *
     * @param count how many there are
     */
    public record Summary(long count, double mean, long p50, long p95, long p99) {}

    private static final int EXACT = 16;
    private static final int PER_DOUBLING = 8;
    // 2^37 ms are four years: longer than anything waits
    private static final long MAX_MS = (1L << 37) - 1;
    private static final int SIZES = size(MAX_MS) + 1;

    private static final class Second {
        int @Nullable [] counts;
        long count;
        long sum;
    }

    private final Window<Second> window = new Window<>(Second::new);

    /** Adds a time of something that ended at {@code atMs}; below 0 counts as 0. */
    public void add(long atMs, long nowMs, long timeMs) {
        long time = Math.clamp(timeMs, 0, MAX_MS);
        Second second = window.at(atMs, nowMs);
        if (second.counts == null) {
            second.counts = new int[SIZES];
        }
        second.counts[size(time)]++;
        second.count++;
        second.sum += time;
    }

    public Summary summary(long nowMs) {
        var counts = new long[SIZES];
        long count = 0;
        long sum = 0;
        for (Second second : window.live(nowMs)) {
            count += second.count;
            sum += second.sum;
            if (second.counts != null) {
                for (int i = 0; i < SIZES; i++) {
                    counts[i] += second.counts[i];
                }
            }
        }
        double mean = count == 0 ? 0 : (double) sum / count;
        return new Summary(
                count,
                mean,
                percentile(counts, count, 0.50),
                percentile(counts, count, 0.95),
                percentile(counts, count, 0.99));
    }

    /** The middle of the size that the time at this rank has. */
    private static long percentile(long[] counts, long count, double share) {
        if (count == 0) {
            return 0;
        }
        long rank = (long) Math.ceil(share * count);
        int size = -1;
        for (long seen = 0; seen < rank; ) {
            seen += counts[++size];
        }
        return (smallest(size) + smallest(size + 1) - 1) / 2;
    }

    private static int size(long time) {
        if (time < EXACT) {
            return (int) time;
        }
        int doubling = 63 - Long.numberOfLeadingZeros(time); // 4 for 16 to 31
        int within = (int) (time >>> (doubling - 3)) & (PER_DOUBLING - 1);
        return EXACT + (doubling - 4) * PER_DOUBLING + within;
    }

    private static long smallest(int size) {
        if (size < EXACT) {
            return size;
        }
        int doubling = 4 + (size - EXACT) / PER_DOUBLING;
        int within = (size - EXACT) % PER_DOUBLING;
        return (long) (PER_DOUBLING + within) << (doubling - 3);
    }
}
