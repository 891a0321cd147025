package dev.sluice.worker.kafka;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What other threads have to say to a worker's loop.
 *
 * <p>It needs no bound of its own: each ticket, send, append and rebalance of the loop causes a
 * bounded number of messages, and those are bounded.
 */
final class Mailbox {

    private final Queue<Runnable> messages = new ConcurrentLinkedQueue<>();
    private final Runnable wake;
    private volatile boolean asleep;

    /**
     * An empty mailbox.
     *
     * @param wake interrupts the loop's sleep
     */
    Mailbox(Runnable wake) {
        this.wake = wake;
    }

    void post(Runnable message) {
        messages.add(message);
        if (asleep) {
            asleep = false;
            wake.run();
        }
    }

    /** Whether the loop may sleep: nothing is here, and whatever comes will wake it. */
    boolean fallAsleep() {
        asleep = true;
        if (messages.isEmpty()) {
            return true;
        }
        asleep = false;
        return false;
    }

    void awake() {
        asleep = false;
    }

    /** Runs what is here, in order. */
    void drain() {
        for (Runnable m = messages.poll(); m != null; m = messages.poll()) {
            m.run();
        }
    }
}
