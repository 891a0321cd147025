package dev.sluice.cli.kafka;

import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.cli.data.SecretFile;
import dev.sluice.embedded.BrokerSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The login at the broker that a {@code sluice up} embeds: the secret in its data directory. */
public final class BrokerLogin {

    private static final Path DEFAULT_DATA = Path.of("./data");
    private static final Set<String> HERE = Set.of("127.0.0.1", "localhost", "[::1]");

    private BrokerLogin() {}

    /** Of the clients in the process of the broker that has this secret. */
    public static KafkaSettings own(KafkaSettings settings, Secret secret) {
        return settings.withClient(new BrokerSecret(secret.value()).ownClientSettings());
    }

    private static KafkaSettings with(KafkaSettings settings, Secret secret) {
        return settings.withClient(new BrokerSecret(secret.value()).clientSettings());
    }

    /**
     * With the secret that is kept in a data directory, where the settings name no login of their
     * own. Where no directory is named it is looked for in the default one, and only for a broker
     * on this machine.
     *
     * @throws LogReadException if it is not in the directory that was named, or cannot be read
     */
    public static KafkaSettings find(KafkaSettings settings, Optional<Path> named)
            throws LogReadException {
        if (settings.hasLogin() || (named.isEmpty() && !isHere(settings))) {
            return settings;
        }
        Path dir = named.orElse(DEFAULT_DATA);
        Path file = SecretFile.KAFKA.in(dir);
        try {
            Optional<Secret> kept = SecretFile.KAFKA.read(dir);
            if (kept.isEmpty() && named.isPresent()) {
                throw new LogReadException(
                        ("there is no %s that this user may read: --data must name the data"
                                        + " directory of the 'sluice up' that runs the broker")
                                .formatted(file));
            }
            return kept.isPresent() ? with(settings, kept.get()) : settings;
        } catch (IOException e) {
            throw new LogReadException("%s cannot be read: %s".formatted(file, e), e);
        }
    }

    /**
     * As {@link #find}, for an {@code up} that uses this directory anyhow: it may be there that the
     * secret is.
     */
    public static KafkaSettings findBeside(KafkaSettings settings, Path dir) throws StartException {
        try {
            return isHere(settings) && Files.exists(SecretFile.KAFKA.in(dir))
                    ? find(settings, Optional.of(dir))
                    : settings;
        } catch (LogReadException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean isHere(KafkaSettings settings) {
        String brokers = String.valueOf(settings.client().get("bootstrap.servers"));
        return Stream.of(brokers.split(",", -1))
                .map(broker -> broker.substring(0, Math.max(0, broker.lastIndexOf(':'))))
                .allMatch(HERE::contains);
    }
}
