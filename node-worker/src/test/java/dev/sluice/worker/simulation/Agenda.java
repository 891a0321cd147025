package dev.sluice.worker.simulation;

import java.util.PriorityQueue;
import java.util.Random;

/** What is to happen, in the order of true time, which nobody in the simulation can read. */
final class Agenda {

    static final long MS = 1_000_000L;
    static final long SECOND = 1_000_000_000L;

    private record Event(long nanos, long order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return nanos != other.nanos
                    ? Long.compare(nanos, other.nanos)
                    : Long.compare(order, other.order);
        }
    }

    final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    long happened;
    private long order;
    private long now;

    Agenda(long seed) {
        random = new Random(seed);
    }

    long now() {
        return now;
    }

    void at(long nanos, Runnable what) {
        events.add(new Event(Math.max(nanos, now), order++, what));
    }

    void after(long nanos, Runnable what) {
        at(now + nanos, what);
    }

    /** Lets happen what happens until then. */
    void runUntil(long nanos) {
        while (!events.isEmpty() && events.peek().nanos <= nanos) {
            Event event = events.remove();
            now = event.nanos;
            happened++;
            event.what.run();
        }
        now = nanos;
    }

    /** At least the one, at most the other. */
    long between(long least, long most) {
        return least >= most ? least : random.nextLong(least, most + 1);
    }

    /** Usually short, now and then up to long. */
    long usually(long least, long usual, long most) {
        return random.nextInt(30) == 0 ? between(least, most) : between(least, usual);
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }
}
