package dev.sluice.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where an embedded broker listens and keeps its data.
 *
 * @param port of the broker on 127.0.0.1; 0 takes a free one
 * @param controllerPort of the KRaft controller on 127.0.0.1; 0 takes a free one at each start
 * @param dir the data; made and formatted on first use, kept over restarts
 * @param deleteOnClose the directory goes when the broker is closed
 * @param secret what clients must know; empty: whoever reaches the port is let in
 * @param more broker settings by their Kafka names; they win over the shipped ones
 */
public record BrokerSettings(
        int port,
        int controllerPort,
        Path dir,
        boolean deleteOnClose,
        Optional<BrokerSecret> secret,
        Map<String, String> more) {

    public BrokerSettings {
        requirePort(port);
        requirePort(controllerPort);
        if (port != 0 && port == controllerPort) {
            throw new IllegalArgumentException("broker and controller share port " + port);
        }
        dir = dir.toAbsolutePath().normalize();
        more = Map.copyOf(more);
    }

    /** A broker on free ports that keeps its data in {@code dir}. */
    public static BrokerSettings in(Path dir) {
        return new BrokerSettings(0, 0, dir, false, Optional.empty(), Map.of());
    }

    /** A broker on free ports whose data stand in a new directory that goes with it. */
    public static BrokerSettings temporary() {
        try {
            var dir = Files.createTempDirectory("sluice-kafka-");
            return new BrokerSettings(0, 0, dir, true, Optional.empty(), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public BrokerSettings withPort(int value) {
        return new BrokerSettings(value, controllerPort, dir, deleteOnClose, secret, more);
    }

    public BrokerSettings withControllerPort(int value) {
        return new BrokerSettings(port, value, dir, deleteOnClose, secret, more);
    }

    /** Lets in who knows this, and nobody else: on the ports of broker and controller alike. */
    public BrokerSettings withSecret(BrokerSecret value) {
        return new BrokerSettings(
                port, controllerPort, dir, deleteOnClose, Optional.of(value), more);
    }

    /** Adds or replaces one broker setting. */
    public BrokerSettings with(String name, String value) {
        var all = new HashMap<>(more);
        all.put(name, value);
        return new BrokerSettings(port, controllerPort, dir, deleteOnClose, secret, all);
    }

    private static void requirePort(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }
}
