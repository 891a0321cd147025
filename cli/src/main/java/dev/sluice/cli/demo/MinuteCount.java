package dev.sluice.cli.demo;

import java.util.Arrays;

/**
 * The most requests and bytes that came in any sliding 60 s so far, as one node counts.
 *
 * <p>Exact as long as no more than {@value #MAX_HITS} arrivals fall into 60 s; beyond that the
 * oldest are forgotten too early, the peaks are lower bounds, and {@link #exact} says so. Owned by
 * one thread at a time.
 */
final class MinuteCount {

    static final long WINDOW_NANOS = 60_000_000_000L;

    // 16 MiB for a node, and twenty times what the fastest demo node may be sent
    static final int MAX_HITS = 1 << 20;

    private static final int FIRST_CAPACITY = 256;

    /** What came in so far, and the most of it in one window; the peaks may be of two windows. */
    record Totals(
            long requests, long bytes, long peakRequests, long peakBytes, boolean exactPeaks) {}

    private final int maxHits;
    private long[] nanos = new long[FIRST_CAPACITY];
    private long[] bytes = new long[FIRST_CAPACITY];
    private boolean[] isRequest = new boolean[FIRST_CAPACITY];
    private int first;
    private int size;
    private long windowRequests;
    private long windowBytes;
    private long totalRequests;
    private long totalBytes;
    private long peakRequests;
    private long peakBytes;
    private boolean exact = true;

    MinuteCount() {
        this(MAX_HITS);
    }

    MinuteCount(int maxHits) {
        this.maxHits = maxHits;
    }

    /** A request arrived, with these bytes of body. Times never go back. */
    void request(long nowNanos, long bodyBytes) {
        add(nowNanos, bodyBytes, true);
    }

    /** Bytes of a request that did not say its length when it arrived. */
    void moreBytes(long nowNanos, long bodyBytes) {
        add(nowNanos, bodyBytes, false);
    }

    Totals totals() {
        return new Totals(totalRequests, totalBytes, peakRequests, peakBytes, exact);
    }

    private void add(long nowNanos, long bodyBytes, boolean request) {
        while (size > 0 && nowNanos - nanos[first] >= WINDOW_NANOS) {
            forgetOldest();
        }
        if (size == maxHits) {
            forgetOldest();
            exact = false;
        } else if (size == nanos.length) {
            grow();
        }
        int at = (first + size) % nanos.length;
        nanos[at] = nowNanos;
        bytes[at] = bodyBytes;
        isRequest[at] = request;
        size++;
        windowRequests += request ? 1 : 0;
        windowBytes += bodyBytes;
        totalRequests += request ? 1 : 0;
        totalBytes += bodyBytes;
        peakRequests = Math.max(peakRequests, windowRequests);
        peakBytes = Math.max(peakBytes, windowBytes);
    }

    private void forgetOldest() {
        windowRequests -= isRequest[first] ? 1 : 0;
        windowBytes -= bytes[first];
        first = (first + 1) % nanos.length;
        size--;
    }

    /** Only called when the ring is full: unrolled, the oldest first. */
    private void grow() {
        int capacity = Math.min(2 * nanos.length, maxHits);
        nanos = unrolled(nanos, new long[capacity]);
        bytes = unrolled(bytes, new long[capacity]);
        var flags = Arrays.copyOfRange(isRequest, first, first + capacity);
        System.arraycopy(isRequest, 0, flags, isRequest.length - first, first);
        isRequest = flags;
        first = 0;
    }

    private long[] unrolled(long[] ring, long[] into) {
        System.arraycopy(ring, first, into, 0, ring.length - first);
        System.arraycopy(ring, 0, into, ring.length - first, first);
        return into;
    }
}
