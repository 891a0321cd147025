package dev.sluice.stats.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The last minute in slots of one second, each made when something falls into it.
 *
 * <p>What is older than the window is left out; what is from the future, by a clock that is ahead,
 * is taken as of now. Not safe for use by several threads.
 *
 * @param <T> what is kept of a second
 */
final class Window<T> {

    /** In seconds. */
    static final int SECONDS = 60;

    private record Slot<T>(long second, T value) {}

    private final Supplier<T> make;
    private final List<Slot<T>> slots = new ArrayList<>();

    Window(Supplier<T> make) {
        this.make = make;
        for (int i = 0; i < SECONDS; i++) {
            slots.add(new Slot<>(Long.MIN_VALUE, make.get()));
        }
    }

    /** The slot of a moment; a throw-away one where the moment is too old. */
    T at(long atMs, long nowMs) {
        long now = second(nowMs);
        long second = Math.min(second(atMs), now);
        if (second <= now - SECONDS) {
            return make.get();
        }
        int index = Math.floorMod(second, SECONDS);
        Slot<T> slot = slots.get(index);
        if (slot.second() != second) {
            if (slot.second() > second) {
                return make.get(); // our own clock went back: that second is over
            }
            slot = new Slot<>(second, make.get());
            slots.set(index, slot);
        }
        return slot.value();
    }

    /** What is kept of the last minute. */
    List<T> live(long nowMs) {
        long now = second(nowMs);
        var live = new ArrayList<T>();
        for (Slot<T> slot : slots) {
            if (slot.second() > now - SECONDS && slot.second() <= now) {
                live.add(slot.value());
            }
        }
        return live;
    }

    private static long second(long ms) {
        return Math.floorDiv(ms, 1_000L);
    }
}
