package dev.sluice.chassis.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a page of a browser comes from (RFC 6454).
 *
 * @param port that of the scheme where none is said
 */
record Origin(String scheme, String host, int port) {

    private static final Pattern TEXT =
            Pattern.compile("(https?)://([^/?#@\\s:\\[\\]]+|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?");
    private static final Pattern HOST_FIELD =
            Pattern.compile("([^/?#@\\s:\\[\\]]+|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?");

    /**
     * What an {@code Origin} field says; nothing where it is {@code null} or no origin of the web.
     */
    static Optional<Origin> parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String scheme = matcher.group(1);
        return Optional.of(new Origin(scheme, matcher.group(2), port(matcher.group(3), scheme)));
    }

    /**
     * Whether a request for this host is for where the page comes from. The scheme is the page's:
     * TLS may end before a request comes here.
     *
     * @param hostField the value of {@code Host}
     */
    boolean isAt(String hostField) {
        Matcher matcher = HOST_FIELD.matcher(hostField.strip().toLowerCase(Locale.ROOT));
        return matcher.matches()
                && matcher.group(1).equals(host)
                && port(matcher.group(2), scheme) == port;
    }

    private static int port(@org.jspecify.annotations.Nullable String text, String scheme) {
        if (text != null) {
            return Integer.parseInt(text);
        }
        return scheme.equals("https") ? 443 : 80;
    }

    /**
     * Whether a browser says that a page of another origin makes a request. What is no browser
     * sends neither field.
     *
     * @param fetchSite the values of {@code Sec-Fetch-Site}, which no page can set
     * @param origins the values of {@code Origin}
     * @param hosts the values of {@code Host}
     */
    static boolean isForeign(List<String> fetchSite, List<String> origins, List<String> hosts) {
        if (fetchSite.equals(List.of("same-origin"))) {
            return false; // a proxy in front may have changed Host
        }
        if (!fetchSite.isEmpty() && !fetchSite.equals(List.of("none"))) {
            return true;
        }
        return !origins.isEmpty()
                && (origins.size() > 1
                        || hosts.size() != 1
                        || parse(origins.getFirst())
                                .filter(o -> o.isAt(hosts.getFirst()))
                                .isEmpty());
    }
}
