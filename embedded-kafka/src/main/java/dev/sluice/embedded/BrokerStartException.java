package dev.sluice.embedded;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Why an embedded broker did not start; the message says what to do about it. */
public abstract sealed class BrokerStartException extends RuntimeException {

    private BrokerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Something else listens on a port that the broker was told to use. */
    public static final class PortTaken extends BrokerStartException {
        private final int port;

        private PortTaken(int port, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.port = port;
        }

        static PortTaken broker(int port, Throwable cause) {
            return new PortTaken(
                    port,
                    ("Kafka's port %d on 127.0.0.1 is taken. "
                                    + "Stop what listens there, or set KAFKA_PORT to a free port.")
                            .formatted(port),
                    cause);
        }

        static PortTaken controller(int port, Throwable cause) {
            return new PortTaken(
                    port,
                    ("The Kafka controller's port %d on 127.0.0.1 is taken. "
                                    + "Stop what listens there, or set it to 0 to take a free one.")
                            .formatted(port),
                    cause);
        }

        public int port() {
            return port;
        }
    }

    /** The data directory cannot be made, read or written. */
    public static final class DirectoryUnusable extends BrokerStartException {
        DirectoryUnusable(Path dir, String why, @Nullable Throwable cause) {
            super(
                    ("Kafka's data directory %s %s. "
                                    + "Name a directory that this user may write (--data).")
                            .formatted(dir, why),
                    cause);
        }
    }

    /** The data directory holds something else than this broker's data, or damaged data. */
    public static final class DirectoryForeign extends BrokerStartException {
        DirectoryForeign(Path dir, String why, @Nullable Throwable cause) {
            super(
                    ("Kafka's data directory %s %s. Nothing in it was changed. "
                                    + "Name another directory (--data), or move this one away.")
                            .formatted(dir, why),
                    cause);
        }
    }

    /** Another running broker holds the data directory's lock. */
    public static final class DirectoryInUse extends BrokerStartException {
        DirectoryInUse(Path dir, @Nullable Throwable cause) {
            super(
                    ("Kafka's data directory %s is in use by another running broker. "
                                    + "Stop that one, or name another directory (--data).")
                            .formatted(dir),
                    cause);
        }
    }

    /** Any other reason; the cause is Kafka's own. */
    public static final class Failed extends BrokerStartException {
        Failed(Path dir, Throwable cause) {
            super("Kafka did not start on %s: %s".formatted(dir, cause.getMessage()), cause);
        }
    }
}
