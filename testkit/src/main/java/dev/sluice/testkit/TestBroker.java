package dev.sluice.testkit;

import dev.sluice.embedded.BrokerSettings;
import dev.sluice.embedded.EmbeddedKafka;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A broker of a test's own, in this JVM, that can be stopped and started on its ports and data. */
public final class TestBroker implements AutoCloseable {

    // a worker that shares a busy machine stands still for longer than the 2 s that are shipped,
    // and what it had in flight is rightly sent again
    private static final int SESSION_MS = 10_000;

    private BrokerSettings settings;
    private @Nullable EmbeddedKafka running;

    private TestBroker(BrokerSettings settings) {
        this.settings = settings;
        start();
    }

    /**
     * A broker on free ports with its data in {@code dir}, which the test removes.
     *
     * <p>Sessions of groups last for 10 s, so that no test may wait for the end of one.
     */
    public static TestBroker in(Path dir) {
        return with(patient(BrokerSettings.in(dir)));
    }

    /**
     * A broker with these settings, and the shipped ones for all others.
     *
     * @throws IllegalArgumentException if they delete the data when the broker stops
     */
    public static TestBroker with(BrokerSettings settings) {
        if (settings.deleteOnClose()) {
            throw new IllegalArgumentException("a restart needs its data: " + settings);
        }
        return new TestBroker(settings);
    }

    /** These, for tests in which nobody dies: who stands still for a moment stays in the group. */
    static BrokerSettings patient(BrokerSettings settings) {
        return settings.with("group.consumer.session.timeout.ms", Integer.toString(SESSION_MS));
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
