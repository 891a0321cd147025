package dev.sluice.cli.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where a command finds the broker that runs already. */
public final class RunningBroker {

    private static final String BOOTSTRAP = "kafka.bootstrap.servers";
    private static final String BOOTSTRAP_VARIABLE = "KAFKA_BOOTSTRAP_SERVERS";
    private static final int DEFAULT_PORT = 9092;

    private RunningBroker() {}

    /**
     * What was typed, else what is set, else the port of the embedded broker of {@code sluice up}.
     *
     * @param typed {@code host:port}, with commas between several
     * @param data directory of the {@code up} that runs it, where its secret is
     * @throws LogReadException if that secret is not there
     * @throws dev.sluice.chassis.settings.SettingsException with everything that is wrong
     */
    public static KafkaSettings settings(
            Map<String, String> environment, Optional<String> typed, Optional<Path> data)
            throws LogReadException {
        var wanted = Settings.of(environment, Map.of());
        int port = wanted.port("kafka.port", DEFAULT_PORT);
        String broker = typed.or(() -> wanted.text(BOOTSTRAP)).orElse("127.0.0.1:" + port);
        var without = new HashMap<>(environment);
        without.remove(BOOTSTRAP_VARIABLE); // in an open section the environment goes over all else
        var settings = Settings.of(without, Map.of(BOOTSTRAP, broker));
        settings.port("kafka.port", DEFAULT_PORT);
        var kafka = KafkaSettings.read(settings, KafkaClients.knownKeys());
        settings.check(Set.of("kafka"));
        return BrokerLogin.find(kafka, data);
    }
}
