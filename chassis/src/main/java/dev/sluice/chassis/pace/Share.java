package dev.sluice.chassis.pace;

import java.util.concurrent.atomic.AtomicLong;

/** What one of many has of something that all of them share; safe for use by several threads. */
public final class Share {

    private final AtomicLong taken = new AtomicLong();

    /** Takes so much more, unless that were above the bound. */
    public boolean take(long amount, long max) {
        long before = taken.get();
        while (before + amount <= max) {
            if (taken.compareAndSet(before, before + amount)) {
                return true;
            }
            before = taken.get();
        }
        return false;
    }

    /** Gives back what was taken. */
    public void give(long amount) {
        if (taken.addAndGet(-amount) < 0) {
            throw new IllegalStateException("more was given back than was taken");
        }
    }

    public long taken() {
        return taken.get();
    }
}
