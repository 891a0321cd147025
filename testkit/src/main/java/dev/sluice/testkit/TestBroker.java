package dev.sluice.testkit;

import dev.sluice.embedded.BrokerSettings;
import dev.sluice.embedded.EmbeddedKafka;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A broker of a test's own, in this JVM, that can be stopped and started on its ports and data. */
public final class TestBroker implements AutoCloseable {

    private BrokerSettings settings;
    private @Nullable EmbeddedKafka running;

    private TestBroker(BrokerSettings settings) {
        this.settings = settings;
        start();
    }

    /** A broker on free ports with its data in {@code dir}, which the test removes. */
    public static TestBroker in(Path dir) {
        return with(BrokerSettings.in(dir));
    }

    /**
     * A broker with these settings.
     *
     * @throws IllegalArgumentException if they delete the data when the broker stops
     */
    public static TestBroker with(BrokerSettings settings) {
        if (settings.deleteOnClose()) {
            throw new IllegalArgumentException("a restart needs its data: " + settings);
        }
        return new TestBroker(settings);
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + settings.port();
    }

    /** Starts it, on the ports it had. */
    public void start() {
        if (running != null) {
            throw new IllegalStateException("already running");
        }
        running = EmbeddedKafka.start(settings);
        settings = running.settings();
    }

    public void stop() {
        if (running == null) {
            throw new IllegalStateException("not running");
        }
        running.close();
        running = null;
    }

    public void restart() {
        stop();
        start();
    }

    @Override
    public void close() {
        if (running != null) {
            stop();
        }
    }
}
