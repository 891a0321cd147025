package dev.sluice.ingress.queue;

import java.util.Locale;

/** The decision whether a pool's queue has room for one more request. */
public sealed interface Admission {

    /** The longest {@code Retry-After} in seconds: things change, so a client may look hourly. */
    long MAX_RETRY_AFTER_SECONDS = 3_600;

    /** There is room. */
    record Admitted() implements Admission {}

    /**
     * There is none.
     *
     * @param limit the name of the setting that is reached
     * @param retryAfterSeconds when there may be room, 1 to {@value #MAX_RETRY_AFTER_SECONDS}
     * @param detail which limit, the figures, and what to do
     */
    record Full(String limit, long retryAfterSeconds, String detail) implements Admission {}

    /** The one instance. */
    Admitted ADMITTED = new Admitted();

    /**
     * Decides.
     *
     * @param queued requests of the pool without a result, over all lanes
     * @param queuedBytes of those on disk
     * @param bodyBytes of the request that wants in
     */
    static Admission decide(
            QueueLimits limits, PoolNodes nodes, long queued, long queuedBytes, long bodyBytes) {
        double secondsEach = 60.0 / nodes.rpm();
        if (queuedBytes + bodyBytes > limits.maxBytes()) {
            double meanBytes = Math.max(1.0, (double) queuedBytes / Math.max(1, queued));
            double over = (double) queuedBytes + bodyBytes - limits.maxBytes();
            return new Full(
                    "max-bytes",
                    retryAfter(over / meanBytes * secondsEach),
                    String.format(
                            Locale.ROOT,
                            "The pool's queue holds %,d of at most %,d bytes. Send again after"
                                    + " Retry-After, or raise queue.max-bytes if the disk has"
                                    + " room.",
                            queuedBytes,
                            limits.maxBytes()));
        }
        double drainSeconds = (queued + 1) * secondsEach;
        if (drainSeconds > limits.maxDrainSeconds()) {
            return new Full(
                    "max-drain-seconds",
                    retryAfter(drainSeconds - limits.maxDrainSeconds()),
                    String.format(
                            Locale.ROOT,
                            "%,d requests are queued and the pool's nodes take %,d a minute: that"
                                    + " is %,.0f seconds of work of at most %,d. Send again after"
                                    + " Retry-After, add nodes, or raise queue.max-drain-seconds.",
                            queued,
                            nodes.rpm(),
                            queued * secondsEach,
                            limits.maxDrainSeconds()));
        }
        return ADMITTED;
    }

    private static long retryAfter(double seconds) {
        return Math.clamp((long) Math.ceil(seconds), 1L, MAX_RETRY_AFTER_SECONDS);
    }
}
