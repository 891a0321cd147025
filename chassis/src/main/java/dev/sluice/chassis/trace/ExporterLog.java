package dev.sluice.chassis.trace;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** The way of OpenTelemetry's own log records (java.util.logging) into our log. */
final class ExporterLog extends Handler {

    // held here: a logger that nobody holds is forgotten, and its handler with it
    private static final Logger OPEN_TELEMETRY = Logger.getLogger("io.opentelemetry");

    static {
        OPEN_TELEMETRY.setUseParentHandlers(false);
        OPEN_TELEMETRY.addHandler(new ExporterLog());
    }

    private ExporterLog() {}

    /** From the first call on, they come out in our log. */
    static void toSlf4j() {
        OPEN_TELEMETRY.setLevel(Level.INFO);
    }

    @Override
    public void publish(LogRecord record) {
        var log = LoggerFactory.getLogger(String.valueOf(record.getLoggerName()));
        String message = String.valueOf(record.getMessage());
        Throwable thrown = record.getThrown();
        String line = thrown == null ? message : message + ": " + thrown;
        if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
            log.warn("{}", line);
        } else {
            log.info("{}", line);
        }
    }

    @Override
    public void flush() {} // nothing is held back

    @Override
    public void close() {}
}
