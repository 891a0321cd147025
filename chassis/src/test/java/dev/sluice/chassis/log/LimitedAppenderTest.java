package dev.sluice.chassis.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LimitedAppenderTest {

    @Test
    void jettyWritesAFewLinesOfAKindAndOursAreAllWritten() throws Exception {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(
                Objects.requireNonNull(LimitedAppenderTest.class.getResource("/logback.xml")));
        var written = new ListAppender<ILoggingEvent>();
        written.start();
        var jetty = context.getLogger("org.eclipse.jetty");
        assertThat(jetty.isAdditive()).isFalse();
        Appender<ILoggingEvent> limited = jetty.getAppender("LIMITED");
        ((LimitedAppender) limited).detachAndStopAllAppenders();
        ((LimitedAppender) limited).addAppender(written);

        var parser = context.getLogger("org.eclipse.jetty.http.HttpParser");
        for (int i = 0; i < 1_000; i++) {
            parser.warn("two hosts: {}", i);
        }
        parser.warn("another sentence");
        for (int i = 0; i < 1_000; i++) {
            parser.warn("a sentence with what a client sent: " + i);
        }

        assertThat(written.list).hasSizeLessThan(210);
        assertThat(written.list).filteredOn(e -> e.getMessage().startsWith("two")).hasSize(3);
        assertThat(written.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.WARN);
        context.stop();
    }
}
