package dev.sluice.chassis.lifecycle;

import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.settings.SettingsException;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code main} of a service that runs alone: settings, start, wait for a signal, close. */
public final class ServiceMain {

    /** Exit code for settings that are wrong. */
    public static final int EXIT_SETTINGS = 2;

    /** Exit code for a service that could not start. */
    public static final int EXIT_START = 1;

    private static final Logger log = LoggerFactory.getLogger(ServiceMain.class);

    /** Reads its settings, checks them, and starts the service. */
    @FunctionalInterface
    public interface Starter {
        AutoCloseable start(Settings settings) throws StartException;
    }

    private ServiceMain() {}

    /** Runs the service until SIGTERM or SIGINT; exits the process if it cannot start. */
    public static void run(String name, Starter starter) {
        try {
            Settings settings = Settings.ofProcess();
            AutoCloseable service = starter.start(settings);
            log.info("{} is ready; settings: {}", name, new TreeMap<>(settings.effective()));
            awaitSignal(name, service);
        } catch (SettingsException e) {
            log.error("{} does not start: {}", name, e.getMessage());
            System.exit(EXIT_SETTINGS);
        } catch (StartException e) {
            log.error("{} does not start: {}", name, e.getMessage());
            System.exit(EXIT_START);
        }
    }

    private static void awaitSignal(String name, AutoCloseable service) {
        var closed = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    try {
                                        service.close();
                                    } catch (Exception e) {
                                        log.error("{}: closing failed", name, e);
                                    }
                                    closed.countDown();
                                },
                                "shutdown"));
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
