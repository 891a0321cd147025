package dev.sluice.protocol;

import java.net.URI;
import java.util.Optional;

/**
 * A node as it is configured: where it is and what it can take.
 *
 * @param id 1 to 64 letters, digits, dots, hyphens and underscores
 * @param url http or https, with a host, perhaps with a path that requests are put behind
 * @param rpm requests per minute, 1 to {@value #MAX_RPM}
 * @param bpm request body bytes per minute, 1 to {@value #MAX_BPM}
 * @param maxInFlight requests at one time, 1 to {@value #MAX_IN_FLIGHT}
 * @param credential a name in the secrets, never the secret itself
 */
public record NodeSpec(
        String id,
        PoolName pool,
        URI url,
        int rpm,
        long bpm,
        int maxInFlight,
        Optional<String> credential) {

    public static final int MAX_RPM = 10_000_000;
    public static final long MAX_BPM = 1_000_000_000_000L;
    public static final int MAX_IN_FLIGHT = 10_000;

    private static final int MAX_ID_LENGTH = 64;

    public NodeSpec {
        var problems =
                new NodeDraft(
                                id,
                                pool.value(),
                                url.toString(),
                                rpm,
                                bpm,
                                maxInFlight,
                                credential.orElse(null))
                        .problems();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /** Whether this text can be a node's id, or a credential's name. */
    public static boolean isId(String text) {
        if (text.isEmpty() || text.length() > MAX_ID_LENGTH || !isLetterOrDigit(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
