package dev.sluice.cli.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.embedded.BrokerSecret;
import dev.sluice.embedded.BrokerSettings;
import dev.sluice.embedded.BrokerStartException;
import dev.sluice.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** The embedded broker of {@code up}, and the look at a broker's topics before services start. */
public final class Broker implements AutoCloseable {

    private final EmbeddedKafka kafka;

    private Broker(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /**
     * Starts a broker.
     *
     * @param port on loopback
     * @param dir of its data
     * @param secret of its clients: nobody else is let in
     * @param maxConnections beyond, who connects waits
     */
    public static Broker start(int port, Path dir, Secret secret, int maxConnections)
            throws StartException {
        try {
            return new Broker(
                    EmbeddedKafka.start(
                            BrokerSettings.in(dir)
                                    .withPort(port)
                                    .withSecret(new BrokerSecret(secret.value()))
                                    .with("max.connections", Integer.toString(maxConnections))));
        } catch (BrokerStartException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Makes or checks the topics that every service needs, once for all of them.
     *
     * @throws StartException if no broker answers, or its topics are laid out in another way
     */
    public static void prepareTopics(KafkaSettings settings) throws StartException {
        try (var admin = new KafkaClients(settings, "up").admin()) {
            new TopicAdmin(admin, settings).ensureShared();
        }
    }

    /** Completes with Kafka's exit status when the broker has failed for good. */
    public CompletableFuture<Integer> failed() {
        return kafka.failed();
    }

    @Override
    public void close() {
        kafka.close();
    }
}
