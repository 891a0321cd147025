package dev.sluice.worker.credentials;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host that a credential may be sent to, as its owner wrote it down.
 *
 * @param host in lower case; IPv6 in brackets
 * @param below all hosts below it in place of itself: {@code *.example.com}
 * @param port this one alone; without one, any
 */
public record HostRule(String host, boolean below, OptionalInt port) {

    /** What a host must look like, for messages. */
    public static final String RULE =
            "a host such as api.example.com, api.example.com:8443 or (in quotes) *.example.com";

    private static final Pattern TEXT =
            Pattern.compile("(\\*\\.)?([a-z0-9_.-]+|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?");
    private static final Pattern NAME =
            Pattern.compile(
                    "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
    // below an IP address there is nothing
    private static final Pattern DOMAIN = Pattern.compile("(.*\\.)?[a-z][a-z0-9_-]*");

    /** The rule that this text is, if it is one. */
    static Optional<HostRule> parse(String text) {
        Matcher parts = TEXT.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return Optional.empty();
        }
        boolean below = parts.group(1) != null;
        String host = parts.group(2);
        int port = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
        boolean good =
                (host.startsWith("[") || NAME.matcher(host).matches())
                        && (!below || DOMAIN.matcher(host).matches())
                        && (parts.group(3) == null || (port > 0 && port <= 65_535));
        return good
                ? Optional.of(
                        new HostRule(
                                host, below, port > 0 ? OptionalInt.of(port) : OptionalInt.empty()))
                : Optional.empty();
    }

    boolean allows(URI url) {
        String named = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
        boolean itself = below ? named.endsWith("." + host) : named.equals(host);
        return itself && (port.isEmpty() || port.getAsInt() == portOf(url));
    }

    private static int portOf(URI url) {
        boolean https = "https".equalsIgnoreCase(url.getScheme());
        return url.getPort() >= 0 ? url.getPort() : https ? 443 : 80;
    }

    @Override
    public String toString() {
        return (below ? "*." : "") + host + (port.isPresent() ? ":" + port.getAsInt() : "");
    }
}
