package dev.sluice.cli.audit;

import dev.sluice.protocol.Attempt;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * What one node was sent, as results tell it: when each send was written, and how large it was.
 *
 * <p>16 bytes for each send. Two results may tell of the same send, for a worker that hears no
 * answer appends its result again; so each carries a fingerprint of its request.
 */
final class Sends {

    private static final int FIRST_CAPACITY = 64;
    private static final int RUN = 32; // sorted by insertion before runs are merged
    private static final long NANOS = 1_000_000_000L;
    private static final long MAX_SECONDS = 9_000_000_000L; // the year 2255: fits in nanoseconds

    private long[] nanos;
    private int[] bytes;
    private int[] requests;
    private int size;

    Sends() {
        this(FIRST_CAPACITY);
    }

    private Sends(int capacity) {
        nanos = new long[capacity];
        bytes = new int[capacity];
        requests = new int[capacity];
    }

    /** Notes a send of the request with this fingerprint. */
    void add(Attempt attempt, int bodyBytes, int request) {
        if (size == nanos.length) {
            int capacity = Math.addExact(size, size / 2);
            nanos = Arrays.copyOf(nanos, capacity);
            bytes = Arrays.copyOf(bytes, capacity);
            requests = Arrays.copyOf(requests, capacity);
        }
        nanos[size] = epochNanos(attempt.startedAt());
        bytes[size] = bodyBytes;
        requests[size] = request;
        size++;
    }

    int size() {
        return size;
    }

    /** Nanoseconds since 1970. */
    long nanos(int index) {
        return nanos[index];
    }

    int bytes(int index) {
        return bytes[index];
    }

    /** All of them in the order of time, each send once. */
    static Sends inOrder(List<Sends> parts) {
        int total = parts.stream().mapToInt(Sends::size).reduce(0, Math::addExact);
        var all = new Sends(total);
        for (Sends part : parts) {
            all.take(part, 0, part.size);
        }
        Sends sorted = all.sorted();
        sorted.dropRepeats();
        return sorted;
    }

    /** A merge sort from below: nearly sorted, as results are, it is one pass of copies a step. */
    private Sends sorted() {
        int total = size;
        for (int run = 0; run < total; run += RUN) {
            insertionSort(run, Math.min(total, run + RUN));
        }
        Sends from = this;
        var to = new Sends(total);
        for (long width = RUN; width < total; width *= 2) {
            to.size = 0;
            for (long low = 0; low < total; low += 2 * width) {
                int middle = (int) Math.min(total, low + width);
                int high = (int) Math.min(total, low + 2 * width);
                to.merge(from, (int) low, middle, high);
            }
            Sends swap = from;
            from = to;
            to = swap;
        }
        return from;
    }

    private void insertionSort(int low, int high) {
        for (int i = low + 1; i < high; i++) {
            for (int j = i; j > low && after(this, j - 1, j); j--) {
                swap(j - 1, j);
            }
        }
    }

    private void merge(Sends from, int low, int middle, int high) {
        int left = low;
        int right = middle;
        if (middle < high && after(from, middle - 1, middle)) {
            while (left < middle && right < high) {
                if (after(from, left, right)) {
                    take(from, right++, 1);
                } else {
                    take(from, left++, 1);
                }
            }
        }
        take(from, left, middle - left);
        take(from, right, high - right);
    }

    private static boolean after(Sends sends, int a, int b) {
        return sends.nanos[a] > sends.nanos[b]
                || (sends.nanos[a] == sends.nanos[b] && sends.requests[a] > sends.requests[b]);
    }

    private void swap(int a, int b) {
        long at = nanos[a];
        nanos[a] = nanos[b];
        nanos[b] = at;
        int body = bytes[a];
        bytes[a] = bytes[b];
        bytes[b] = body;
        int request = requests[a];
        requests[a] = requests[b];
        requests[b] = request;
    }

    private void take(Sends from, int index, int count) {
        System.arraycopy(from.nanos, index, nanos, size, count);
        System.arraycopy(from.bytes, index, bytes, size, count);
        System.arraycopy(from.requests, index, requests, size, count);
        size += count;
    }

    private void dropRepeats() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            boolean repeat =
                    kept > 0 && nanos[i] == nanos[kept - 1] && requests[i] == requests[kept - 1];
            if (!repeat) {
                nanos[kept] = nanos[i];
                bytes[kept] = bytes[i];
                requests[kept] = requests[i];
                kept++;
            }
        }
        size = kept;
    }

    private static long epochNanos(Instant at) {
        long seconds = Math.clamp(at.getEpochSecond(), -MAX_SECONDS, MAX_SECONDS);
        return seconds * NANOS + at.getNano();
    }
}
