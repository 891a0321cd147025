package dev.sluice.testkit;

import java.time.Duration;
import java.util.List;

/** The most that fell into any sliding window, exactly, as a node counts that has a limit. */
public final class SlidingWindow {

    /** One request: when it arrived, on any monotonic nano clock, and how large it was. */
    public record Hit(long nanos, long bytes) {}

    /** The most requests and the most bytes in one window; they may be of two windows. */
    public record Peak(long requests, long bytes) {}

    private SlidingWindow() {}

    /**
     * The peak over all half-open windows {@code [t, t + width)}, whatever {@code t}. Hits may come
     * in any order, and the clock may wrap around.
     */
    public static Peak peak(List<Hit> hits, Duration width) {
        long widthNanos = width.toNanos();
        if (widthNanos <= 0) {
            throw new IllegalArgumentException("no window: " + width);
        }
        var sorted = hits.stream().sorted((a, b) -> Long.signum(a.nanos - b.nanos)).toList();
        long mostRequests = 0;
        long mostBytes = 0;
        long bytes = 0;
        int first = 0;
        for (int last = 0; last < sorted.size(); last++) {
            bytes += sorted.get(last).bytes;
            while (sorted.get(last).nanos - sorted.get(first).nanos >= widthNanos) {
                bytes -= sorted.get(first).bytes;
                first++;
            }
            mostRequests = Math.max(mostRequests, last - first + 1L);
            mostBytes = Math.max(mostBytes, bytes);
        }
        return new Peak(mostRequests, mostBytes);
    }

    /** The peak over 60 s, in which limits per minute are counted. */
    public static Peak peakPerMinute(List<Hit> hits) {
        return peak(hits, Duration.ofMinutes(1));
    }
}
