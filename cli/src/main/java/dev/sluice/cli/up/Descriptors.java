package dev.sluice.cli.up;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.chassis.lifecycle.StartException;
import java.lang.management.ManagementFactory;

/**
 * How many files and connections this process may have open, and what of that is for whom.
 *
 * @param limit of the system for the process; a JVM has raised it as far as it may
 */
record Descriptors(long limit) {

    // measured: an 'up' with one worker and three demo nodes, ready and without work, has 480
    static final int IDLE = 480;
    // below, a handful of clients would take what the log needs for its next segment
    static final int LEAST = 640;

    // measured: 62 connections to the broker, each with two ends in this process
    private static final int BROKER_IDLE = 80;
    private static final int BROKER_EACH_WORKER = 16;
    // of what is left: the rest is for clients, nodes, and the segments of the log
    private static final int BROKER_SHARE = 4;
    // nobody has a use for more at one broker, and each costs it memory
    private static final int BROKER_MOST = 1_000;

    /** Those of this process; where the system has no such limit, more than anybody needs. */
    static Descriptors ofThisProcess() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean unix
                ? new Descriptors(unix.getMaxFileDescriptorCount())
                : new Descriptors(Integer.MAX_VALUE);
    }

    /**
     * Looks before anything is opened.
     *
     * @throws StartException if a start with so many workers would not last
     */
    void require(int workers) throws StartException {
        long least = LEAST + ofFurther(workers);
        if (limit < least) {
            throw new StartException(
                    ("this process may have %d files and connections open, and needs %d at least,"
                                    + " with %d workers: raise the limit (ulimit -n 65536)")
                            .formatted(limit, least, workers));
        }
    }

    /** Connections to the embedded broker at the same time: beyond, who connects waits. */
    int brokerConnections(int workers) {
        long shared = Math.max(0, limit - IDLE - ofFurther(workers)) / BROKER_SHARE;
        long own = BROKER_IDLE + (long) BROKER_EACH_WORKER * (workers - 1);
        return (int) (own + Math.min(shared, BROKER_MOST));
    }

    /** What the workers after the first have: both ends of their connections to the broker. */
    private static long ofFurther(int workers) {
        return 2L * BROKER_EACH_WORKER * (workers - 1);
    }
}
