package dev.sluice.chassis.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.AppenderAttachable;
import ch.qos.logback.core.spi.AppenderAttachableImpl;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Passes on what others' servers log of what clients send, so many lines of each kind in a time.
 *
 * <p>{@code logback.xml} puts it around Jetty and Javalin. A kind is a logger and a sentence
 * without its arguments. Ours that clients can bring about bound themselves ({@link LogRate}).
 */
public final class LimitedAppender extends AppenderBase<ILoggingEvent>
        implements AppenderAttachable<ILoggingEvent> {

    private static final int LINES = 3;
    private static final Duration PER = Duration.ofSeconds(10);
    // more kinds than Jetty has; should a message ever hold what a client sent, the rest is one
    // kind
    private static final int KINDS_MAX = 200;

    private record Kind(String logger, String message) {}

    private static final Kind OTHERS = new Kind("others", "");

    private final AppenderAttachableImpl<ILoggingEvent> to = new AppenderAttachableImpl<>();
    private final Map<Kind, LogRate> rates = new ConcurrentHashMap<>();

    @Override
    protected void append(ILoggingEvent event) {
        var kind = new Kind(event.getLoggerName(), String.valueOf(event.getMessage()));
        LogRate rate =
                rates.computeIfAbsent(
                        rates.size() < KINDS_MAX || rates.containsKey(kind) ? kind : OTHERS,
                        _ -> new LogRate(LINES, PER));
        OptionalLong leftOut = rate.admit(TimeUnit.MILLISECONDS.toNanos(event.getTimeStamp()));
        if (leftOut.isEmpty()) {
            return;
        }
        to.appendLoopOnAppenders(event);
        if (leftOut.getAsLong() > 0) {
            to.appendLoopOnAppenders(count(event, leftOut.getAsLong()));
        }
    }

    private static ILoggingEvent count(ILoggingEvent last, long leftOut) {
        var event = new LoggingEvent();
        event.setLoggerContext(
                (ch.qos.logback.classic.LoggerContext) org.slf4j.LoggerFactory.getILoggerFactory());
        event.setLoggerName(last.getLoggerName());
        event.setLevel(last.getLevel());
        event.setThreadName(last.getThreadName());
        event.setTimeStamp(last.getTimeStamp());
        event.setMessage("… " + leftOut + " lines like this one were left out before it");
        return event;
    }

    @Override
    public void addAppender(Appender<ILoggingEvent> appender) {
        to.addAppender(appender);
    }

    @Override
    public Iterator<Appender<ILoggingEvent>> iteratorForAppenders() {
        return to.iteratorForAppenders();
    }

    @Override
    public Appender<ILoggingEvent> getAppender(String name) {
        return to.getAppender(name);
    }

    @Override
    public boolean isAttached(Appender<ILoggingEvent> appender) {
        return to.isAttached(appender);
    }

    @Override
    public void detachAndStopAllAppenders() {
        to.detachAndStopAllAppenders();
    }

    @Override
    public boolean detachAppender(Appender<ILoggingEvent> appender) {
        return to.detachAppender(appender);
    }

    @Override
    public boolean detachAppender(String name) {
        return to.detachAppender(name);
    }
}
