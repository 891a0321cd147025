package dev.sluice.chassis.lifecycle;

import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when one of our own threads ends by a bug: the process stops, for a service that
 * runs on without one of its threads looks alive and is not.
 */
public final class Fatal {

    /** The exit code of a process that stopped by a bug. */
    public static final int EXIT_CODE = 70;

    private static final Logger log = LoggerFactory.getLogger(Fatal.class);

    private Fatal() {}

    /** Starts a thread that must not end by an exception. */
    public static Thread start(String name, Runnable body) {
        Thread thread = Thread.ofPlatform().name(name).daemon(true).unstarted(body);
        thread.setUncaughtExceptionHandler(Fatal::stop);
        thread.start();
        return thread;
    }

    /** Daemon threads of this name that must not end by an exception. */
    public static ThreadFactory threads(String name) {
        return Thread.ofPlatform()
                .name(name + "-", 0)
                .daemon(true)
                .uncaughtExceptionHandler(Fatal::stop)
                .factory();
    }

    /**
     * Stops the process at once: what is in the log is safe, what is in memory is not to be
     * trusted.
     */
    public static void stop(Thread thread, Throwable bug) {
        log.error("{} ended by a bug; the process stops", thread.getName(), bug);
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
