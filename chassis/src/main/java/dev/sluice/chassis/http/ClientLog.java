package dev.sluice.chassis.http;

import dev.sluice.chassis.log.LogRate;
import dev.sluice.chassis.time.NanoClock;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Log lines that a client can bring about: one of a kind in ten seconds, with a count of others.
 */
public final class ClientLog {

    private static final int LINES = 1;
    private static final Duration PER = Duration.ofSeconds(10);

    private final Logger log;
    private final NanoClock nanos;
    private final LogRate rate = new LogRate(LINES, PER);

    /** Lines of one kind, by this logger. */
    public ClientLog(Logger log, NanoClock nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    /** Of a client that does what it must not. */
    public void info(String line) {
        OptionalLong leftOut = rate.admit(nanos.nanoTime());
        if (leftOut.isPresent()) {
            log.info("{}{}", line, said(leftOut.getAsLong()));
        }
    }

    /** Of a bug that a client has found. */
    public void error(String line, @Nullable Throwable failure) {
        OptionalLong leftOut = rate.admit(nanos.nanoTime());
        if (leftOut.isPresent()) {
            log.error("{}{}", line, said(leftOut.getAsLong()), failure);
        }
    }

    private static String said(long leftOut) {
        return leftOut == 0 ? "" : " (and " + leftOut + " before that were not logged)";
    }
}
