package dev.sluice.benchmarks.kafka;

import dev.sluice.embedded.BrokerSettings;
import dev.sluice.embedded.EmbeddedKafka;
import java.nio.file.Path;

/** The embedded broker in a process of its own, until it is ended. */
public final class BrokerAlone {

    private BrokerAlone() {}

    /** Arguments: its port, and the directory of its data. */
    public static void main(String[] args) {
        int port = Integer.parseInt(args[0]);
        var settings = BrokerSettings.in(Path.of(args[1])).withPort(port);
        EmbeddedKafka broker = EmbeddedKafka.start(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
        System.exit(broker.failed().join());
    }
}
