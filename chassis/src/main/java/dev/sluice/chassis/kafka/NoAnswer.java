package dev.sluice.chassis.kafka;

import java.util.Optional;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.jspecify.annotations.Nullable;

/** What a Kafka client was told in place of an answer, and what may be done about it. */
final class NoAnswer {

    private NoAnswer() {}

    /** In words; empty where nothing is known but that no answer came. */
    static Optional<String> why(Exception failure) {
        @Nullable Throwable cause = failure.getCause();
        if (cause == null) {
            return Optional.empty();
        }
        String advice =
                switch (cause) {
                    case SaslAuthenticationException _ ->
                            ": the secret is another one. That of the broker of 'sluice up' is in"
                                    + " its data directory (--data DIR); for another broker see"
                                    + " KAFKA_SASL_JAAS_CONFIG";
                    case IllegalSaslStateException _, UnsupportedSaslMechanismException _ ->
                            ": this broker takes no such login. If the secret in the data directory"
                                    + " is not its own, set KAFKA_SECURITY_PROTOCOL=PLAINTEXT, or"
                                    + " what the broker takes";
                    case TimeoutException _ ->
                            " (a broker that asks for a login does not answer who has none: that of"
                                    + " 'sluice up' has its secret in its data directory)";
                    default -> "";
                };
        return Optional.of(cause.getMessage() + advice);
    }
}
