package dev.sluice.embedded;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the clients of an embedded broker must know; it prints as {@code ***}.
 *
 * <p>Other processes prove that they know it, and the broker proves it to them (SASL/SCRAM): it
 * goes over no connection, so whoever listens on the port while no broker runs learns nothing.
 * Clients of the broker's own process know whose port it is, and send it (SASL/PLAIN): a proof
 * costs either side thousands of hashes for each connection, of which there are some dozens at a
 * start.
 */
public record BrokerSecret(String value) {

    static final String USER = "sluice";
    static final String PROOF = "SCRAM-SHA-256";
    static final String SENT = "PLAIN";

    // what is a word in every settings file, and long enough that nobody guesses it
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{32,128}");
    private static final String MODULES = "org.apache.kafka.common.security.";

    public BrokerSecret {
        if (!VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a broker's secret is 32 to 128 letters, digits, '-' and '_'");
        }
    }

    /** The settings of a Kafka client of another process, besides {@code bootstrap.servers}. */
    public Map<String, String> clientSettings() {
        return settings(PROOF, proofLogin());
    }

    /** Those of a Kafka client in the process of the broker. */
    public Map<String, String> ownClientSettings() {
        return settings(SENT, sentLogin(""));
    }

    /** A login with a proof, for clients; a server takes from it whom it lets in. */
    String proofLogin() {
        return MODULES
                + "scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(USER, value);
    }

    /** A login by sending it, for a server and its own connections. */
    String serverLogin() {
        return sentLogin(" user_%s=\"%s\"".formatted(USER, value));
    }

    private String sentLogin(String more) {
        return MODULES
                + "plain.PlainLoginModule required username=\"%s\" password=\"%s\"%s;"
                        .formatted(USER, value, more);
    }

    private static Map<String, String> settings(String mechanism, String login) {
        return Map.of(
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", mechanism,
                "sasl.jaas.config", login);
    }

    @Override
    public String toString() {
        return "***";
    }
}
