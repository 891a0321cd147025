package dev.sluice.worker.kafka;

/** Runs something once all of a number of writes are done. Belongs to the loop's thread. */
final class Countdown {

    private final Runnable then;
    private int left = 1; // until all have begun

    Countdown(Runnable then) {
        this.then = then;
    }

    /** One more to wait for; to be run when it is done. */
    Runnable one() {
        left++;
        return this::done;
    }

    /** No more will be added. */
    void begun() {
        done();
    }

    private void done() {
        if (left == 0) {
            throw new IllegalStateException("done more often than begun");
        }
        if (--left == 0) {
            then.run();
        }
    }
}
