package dev.sluice.chassis.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import dev.sluice.protocol.ProtocolJson;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JsonLogTest {

    @Test
    void aLineSaysItsSentenceItsLevelAndWhatWasThrown() throws Exception {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putProperty("SLUICE_LOG_FORMAT", "json");
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(
                Objects.requireNonNull(JsonLogTest.class.getResource("/logback.xml")));
        var logger = context.getLogger("dev.sluice.Somebody");
        var event =
                new LoggingEvent(
                        "",
                        logger,
                        Level.WARN,
                        "{} of {}",
                        new IllegalStateException("a bug"),
                        new Object[] {3, "four"});
        var appender =
                (OutputStreamAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("OUT");

        JsonNode line = ProtocolJson.mapper().readTree(appender.getEncoder().encode(event));

        assertThat(line.path("formattedMessage").asString()).isEqualTo("3 of four");
        assertThat(line.path("level").asString()).isEqualTo("WARN");
        assertThat(line.path("loggerName").asString()).isEqualTo("dev.sluice.Somebody");
        assertThat(line.path("timestamp").asLong()).isPositive();
        assertThat(line.at("/throwable/message").asString()).isEqualTo("a bug");
        context.stop();
    }
}
