package dev.sluice.worker.credentials;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A secret that goes with requests to nodes, and where it may go. It prints without its value.
 *
 * @param header the field that carries it; it replaces what a client sent under that name
 * @param value of that field, whole
 * @param hosts it is sent to no other
 * @param allowHttp whether it may leave this machine unencrypted
 * @param mask over its secret; made once, for it is used with each attempt
 */
public record Credential(
        String name,
        String header,
        String value,
        List<HostRule> hosts,
        boolean allowHttp,
        Mask mask) {

    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");
    private static final Set<String> LOOPBACK = Set.of("localhost", "[::1]");

    public Credential {
        hosts = List.copyOf(hosts);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("a credential for no host");
        }
    }

    /** One with the mask over its secret. */
    public Credential(
            String name, String header, String value, List<HostRule> hosts, boolean allowHttp) {
        this(name, header, value, hosts, allowHttp, Mask.of(secret(value)));
    }

    /** Why it may not go to this node, if it may not. */
    Optional<String> objection(URI node) {
        if (hosts.stream().noneMatch(rule -> rule.allows(node))) {
            return Optional.of(
                    "may not go to %s: its hosts are %s".formatted(node.getRawAuthority(), hosts));
        }
        boolean encrypted = "https".equalsIgnoreCase(node.getScheme());
        if (!encrypted && !allowHttp && !isLoopback(node)) {
            return Optional.of(
                    "may not go to %s unencrypted: take https, or say allow_http: true"
                            .formatted(node.getRawAuthority()));
        }
        return Optional.empty();
    }

    /** The part of the value that is the secret, without a scheme such as {@code Bearer}. */
    String secret() {
        return secret(value);
    }

    private static String secret(String value) {
        return value.substring(value.indexOf(' ') + 1);
    }

    private static boolean isLoopback(URI node) {
        String host = String.valueOf(node.getHost()).toLowerCase(Locale.ROOT);
        return LOOPBACK.contains(host) || IPV4_LOOPBACK.matcher(host).matches();
    }

    @Override
    public String toString() {
        return "Credential[%s, %s: ***, hosts=%s]".formatted(name, header, hosts);
    }
}
