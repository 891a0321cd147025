package dev.sluice.worker.dispatch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which attempts should have been over: by the time since their grant and nothing else, so that it
 * does not depend on whoever carries them out.
 *
 * @param <A> an attempt
 */
public final class Watchdog<A> {

    private final long limitNanos;
    private final Map<A, Long> begunNanos = new LinkedHashMap<>(); // the oldest first

    /**
     * One that watches nothing yet.
     *
     * @param limitNanos an attempt that takes longer is overdue
     */
    public Watchdog(long limitNanos) {
        this.limitNanos = limitNanos;
    }

    public void begun(A attempt, long nowNanos) {
        if (begunNanos.putIfAbsent(attempt, nowNanos) != null) {
            throw new IllegalStateException("begun twice: " + attempt);
        }
    }

    /** Its end was told; of one that is overdue that may come late. */
    public void over(A attempt) {
        begunNanos.remove(attempt);
    }

    /** Those that are overdue now; each is named once and not watched any more. */
    public List<A> overdue(long nowNanos) {
        var overdue = new ArrayList<A>();
        for (Map.Entry<A, Long> entry : begunNanos.entrySet()) {
            if (nowNanos - entry.getValue() <= limitNanos) {
                break; // those behind it have begun later
            }
            overdue.add(entry.getKey());
        }
        overdue.forEach(begunNanos::remove);
        return List.copyOf(overdue);
    }
}
