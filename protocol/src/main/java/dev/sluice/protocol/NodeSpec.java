package dev.sluice.protocol;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

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

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

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
        return ID.matcher(text).matches();
    }
}
