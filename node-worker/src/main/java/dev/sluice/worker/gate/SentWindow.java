package dev.sluice.worker.gate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * The exact record of what a node was sent in the last 60 s, as the node may count it.
 *
 * <p>The node counts a request when it arrives: after it was written here, and before its answer
 * came back. So a request counts from its grant until 60 s after its answer, or, if that is
 * earlier, 60 s and a margin for the way after its write. A write that was not reported was made
 * while the grant was good, or never.
 *
 * <p>Settled requests are merged in steps of {@value #STEP_NANOS} ns, rounded up: memory does not
 * grow with the limit.
 */
final class SentWindow {

    static final long WINDOW_NANOS = 60_000_000_000L;
    private static final long STEP_NANOS = 5_000_000L;
    // told to the next keeper in steps of this: a quarter of a second more or less is nothing then
    private static final long TOLD_STEP_NANOS = 250_000_000L;

    /** Requests that leave the window together. */
    private static final class Step {
        long requests;
        long bytes;
    }

    /** The request of this grant has arrived by then, or never will. */
    private record Arrives(long grant, long byNanos) {}

    private final GateSettings settings;
    private final Map<Long, Integer> open = new HashMap<>(); // grant to bytes, until settled
    private final PriorityQueue<Arrives> arriving =
            new PriorityQueue<>((a, b) -> Long.signum(a.byNanos - b.byNanos));
    private final TreeMap<Long, Step> settled = new TreeMap<>((a, b) -> Long.signum(a - b));
    private long requests;
    private long bytes;

    SentWindow(GateSettings settings) {
        this.settings = settings;
    }

    void granted(long grant, int size, long nowNanos) {
        if (open.put(grant, size) != null) {
            throw new IllegalStateException("granted twice: " + grant);
        }
        arriving.add(new Arrives(grant, nowNanos + settings.arrivesNanos()));
        requests++;
        bytes += size;
    }

    /** Others were sent, by an earlier keeper. */
    void add(Sent sent) {
        count(sent.requests(), sent.bytes());
        settle(sent.requests(), sent.bytes(), sent.untilNanos());
    }

    void written(long grant, long atNanos) {
        if (open.containsKey(grant)) {
            arriving.add(new Arrives(grant, atNanos + settings.wayMargin().toNanos()));
        }
    }

    /**
     * A write was reported after the grant had run out: the worker stood still between its look at
     * the clock and the write.
     */
    void writtenLate(int size, long atNanos) {
        count(1, size);
        settle(1, size, atNanos + settings.wayMargin().toNanos() + WINDOW_NANOS);
    }

    boolean isOpen(long grant) {
        return open.containsKey(grant);
    }

    /** The node has answered, or the connection is closed: it has arrived by now, or never will. */
    void answered(long grant, long nowNanos) {
        Integer size = open.remove(grant);
        if (size != null) {
            settle(1, size, nowNanos + WINDOW_NANOS);
        }
    }

    /** It was never written: the node has not seen it. */
    void unsent(long grant) {
        Integer size = open.remove(grant);
        if (size != null) {
            count(-1, -size);
        }
    }

    /** Lets go of what is older than the window. */
    void advance(long nowNanos) {
        Arrives first = arriving.peek();
        while (first != null && first.byNanos - nowNanos <= 0) {
            arriving.remove();
            Integer size = open.remove(first.grant);
            if (size != null) {
                settle(1, size, first.byNanos + WINDOW_NANOS);
            }
            first = arriving.peek();
        }
        while (!settled.isEmpty() && settled.firstKey() - nowNanos <= 0) {
            Step step = settled.pollFirstEntry().getValue();
            count(-step.requests, -step.bytes);
        }
    }

    long requests() {
        return requests;
    }

    long bytes() {
        return bytes;
    }

    /** Nanoseconds until time alone makes the next ones leave; {@link Long#MAX_VALUE} for never. */
    long untilChange(long nowNanos) {
        if (!settled.isEmpty()) {
            return settled.firstKey() - nowNanos;
        }
        Arrives first = arriving.peek();
        return first == null ? Long.MAX_VALUE : first.byNanos - nowNanos;
    }

    /** All that counts, in few steps. */
    List<Sent> told(long nowNanos) {
        var told = new ArrayList<Sent>();
        long untilNanos = 0;
        long stepRequests = 0;
        long stepBytes = 0;
        for (Map.Entry<Long, Step> entry : settled.entrySet()) {
            long rounded = roundedUp(entry.getKey(), TOLD_STEP_NANOS);
            if (stepRequests > 0 && rounded != untilNanos) {
                told.add(new Sent(untilNanos, stepRequests, stepBytes));
                stepRequests = 0;
                stepBytes = 0;
            }
            untilNanos = rounded;
            stepRequests += entry.getValue().requests;
            stepBytes += entry.getValue().bytes;
        }
        if (stepRequests > 0) {
            told.add(new Sent(untilNanos, stepRequests, stepBytes));
        }
        if (!open.isEmpty()) {
            long openBytes = open.values().stream().mapToLong(Integer::longValue).sum();
            long until = nowNanos + settings.countsNanos();
            told.add(new Sent(until, open.size(), openBytes));
        }
        return told;
    }

    private void count(long moreRequests, long moreBytes) {
        requests += moreRequests;
        bytes += moreBytes;
    }

    private void settle(long ofRequests, long ofBytes, long untilNanos) {
        Step step = settled.computeIfAbsent(roundedUp(untilNanos, STEP_NANOS), u -> new Step());
        step.requests += ofRequests;
        step.bytes += ofBytes;
    }

    private static long roundedUp(long nanos, long step) {
        return nanos + Math.floorMod(-nanos, step);
    }
}
