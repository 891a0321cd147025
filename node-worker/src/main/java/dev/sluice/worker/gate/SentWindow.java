package dev.sluice.worker.gate;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The exact record of what a node was sent in the last 60 s, as the node may count it.
 *
 * <p>The node counts a request when it arrives: after it was written here, and before its answer
 * came back. So a request counts from its grant until 60 s after its answer, or, if that is
 * earlier, 60 s and a margin for the way after its write. Grants without a reported write count all
 * the time.
 *
 * <p>Settled requests are merged in steps of {@value #STEP_NANOS} ns, rounded up: memory does not
 * grow with the limit.
 */
final class SentWindow {

    static final long WINDOW_NANOS = 60_000_000_000L;
    static final long STEP_NANOS = 5_000_000L;

    /** Requests that leave the window together. */
    private static final class Step {
        final long untilNanos;
        long requests;
        long bytes;

        Step(long untilNanos) {
            this.untilNanos = untilNanos;
        }
    }

    private record Written(long grant, long atNanos) {}

    private final long marginNanos;
    private final Map<Long, Integer> open = new HashMap<>(); // grant to bytes, until settled
    private final ArrayDeque<Written> written = new ArrayDeque<>();
    private final ArrayDeque<Step> settled = new ArrayDeque<>();
    private long requests;
    private long bytes;

    /**
     * An empty record.
     *
     * @param marginNanos how long a request may be on its way to the node
     */
    SentWindow(long marginNanos) {
        this.marginNanos = marginNanos;
    }

    void granted(long grant, int size) {
        if (open.put(grant, size) != null) {
            throw new IllegalStateException("granted twice: " + grant);
        }
        requests++;
        bytes += size;
    }

    void written(long grant, long atNanos) {
        if (open.containsKey(grant)) {
            written.add(new Written(grant, atNanos));
        }
    }

    /** The node has answered, or the connection is closed: it has arrived by now, or never will. */
    void answered(long grant, long nowNanos) {
        Integer size = open.remove(grant);
        if (size != null) {
            settle(size, nowNanos + WINDOW_NANOS);
        }
    }

    /** It was never written: the node has not seen it. */
    void unsent(long grant) {
        Integer size = open.remove(grant);
        if (size != null) {
            requests--;
            bytes -= size;
        }
    }

    /** Lets go of what is older than the window. */
    void advance(long nowNanos) {
        while (!written.isEmpty() && written.peek().atNanos + marginNanos - nowNanos <= 0) {
            Written first = written.remove();
            Integer size = open.remove(first.grant);
            if (size != null) {
                settle(size, first.atNanos + marginNanos + WINDOW_NANOS);
            }
        }
        while (!settled.isEmpty() && settled.peek().untilNanos - nowNanos <= 0) {
            Step step = settled.remove();
            requests -= step.requests;
            bytes -= step.bytes;
        }
    }

    long requests() {
        return requests;
    }

    long bytes() {
        return bytes;
    }

    /** When the next ones leave the window, if time alone makes them leave. */
    OptionalLong nextChange() {
        if (!settled.isEmpty()) {
            return OptionalLong.of(settled.peek().untilNanos);
        }
        return written.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(written.peek().atNanos + marginNanos);
    }

    private void settle(int size, long untilNanos) {
        long rounded = untilNanos + Math.floorMod(-untilNanos, STEP_NANOS);
        Step last = settled.peekLast();
        if (last != null && last.untilNanos - rounded >= 0) {
            // joins it: never earlier than one that is settled already
        } else {
            last = new Step(rounded);
            settled.add(last);
        }
        last.requests++;
        last.bytes += size;
    }
}
