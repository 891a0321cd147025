package dev.sluice.ingress.route;

import java.util.Optional;

/**
 * A prefix of paths, and what serves the requests below it.
 *
 * @param name for messages and figures
 * @param prefix whole segments, such as {@code /api}; {@code /} is everything
 * @param path stands in place of the prefix in what goes out; empty: the path goes out as it came
 */
public record Route(String name, String prefix, Optional<String> path, Target target) {

    // what may stand in a path (RFC 3986), without percent-encoding: it would be compared raw
    private static final String SEGMENTS = "(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)*/?";

    public Route {
        requirePath(prefix);
        path.ifPresent(Route::requirePath);
        prefix = "/" + Paths.withoutSlash(prefix.substring(1));
    }

    /** Whether this can be a prefix, or stand in place of one. */
    public static boolean isPath(String text) {
        return text.startsWith("/")
                && text.matches(SEGMENTS)
                && !(text + "/").contains("/./")
                && !(text + "/").contains("/../");
    }

    private static void requirePath(String text) {
        if (!isPath(text)) {
            throw new IllegalArgumentException("not a path: " + text);
        }
    }

    boolean serves(String requestPath) {
        return Paths.isAtOrBelow(requestPath, Paths.withoutSlash(prefix));
    }

    /** The path that goes out for one that came in. */
    String rewrite(String requestPath) {
        if (path.isEmpty()) {
            return requestPath;
        }
        String rest = requestPath.substring(Paths.withoutSlash(prefix).length());
        String out = Paths.withoutSlash(path.get()) + rest;
        return out.isEmpty() ? "/" : out;
    }
}
