package dev.sluice.stats.figures;

/** A sum over the last minute. */
public final class RecentCount {

    private final Window<long[]> window = new Window<>(() -> new long[1]);

    public void add(long atMs, long nowMs, long amount) {
        window.at(atMs, nowMs)[0] += amount;
    }

    public long sum(long nowMs) {
        long sum = 0;
        for (long[] slot : window.live(nowMs)) {
            sum += slot[0];
        }
        return sum;
    }
}
