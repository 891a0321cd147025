package dev.sluice.chassis.pace;

import java.util.concurrent.TimeUnit;

/**
 * Whether the heap is so full that nothing more should be taken in: by what was left after the last
 * collection of long-lived objects, or by the time that collecting takes. One owner.
 *
 * <p>Above the bounds it begins and below lower ones it ends, so that it does not flicker.
 */
public final class HeapPressure {

    /**
     * What is seen of a heap.
     *
     * @param leftAfterCollection part of the old generation that was in use after its last
     *     collection, 0 to 1
     * @param used part of the heap that is in use now, 0 to 1
     * @param collectingNanos time that collections have taken in all
     */
    public record Seen(double leftAfterCollection, double used, long collectingNanos) {}

    private static final double FULL = 0.85;
    private static final double FULL_NO_MORE = 0.75;
    private static final double MOST_COLLECTING = 0.5;
    private static final double COLLECTING_NO_MORE = 0.25;
    // collecting is no sign of trouble in a heap with room
    private static final double NEARLY_FULL = 0.8;
    private static final long SPAN_NANOS = TimeUnit.SECONDS.toNanos(2);

    private boolean pressed;
    private long spanBeganNanos;
    private long collectingAtBegin;
    private double collecting;

    /** Begins to look. */
    public HeapPressure(long nowNanos, Seen seen) {
        this.spanBeganNanos = nowNanos;
        this.collectingAtBegin = seen.collectingNanos();
    }

    /** Whether nothing more should be taken in. */
    public boolean look(long nowNanos, Seen seen) {
        long span = nowNanos - spanBeganNanos;
        if (span >= SPAN_NANOS) {
            collecting = (double) (seen.collectingNanos() - collectingAtBegin) / (double) span;
            spanBeganNanos = nowNanos;
            collectingAtBegin = seen.collectingNanos();
        }
        if (pressed) {
            pressed =
                    seen.leftAfterCollection() >= FULL_NO_MORE
                            || (collecting >= COLLECTING_NO_MORE && seen.used() >= NEARLY_FULL);
        } else {
            pressed =
                    seen.leftAfterCollection() >= FULL
                            || (collecting >= MOST_COLLECTING && seen.used() >= NEARLY_FULL);
        }
        return pressed;
    }
}
