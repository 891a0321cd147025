package dev.sluice.ingress.route;

import dev.sluice.ingress.queue.QueueTarget;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rule which target serves a request: this ingress's own calls first, then the route with the
 * longest prefix.
 *
 * <p>Paths are compared as they were sent, never decoded: a path that is written another way than a
 * prefix is not below it, and so the target that sees it is the one that its bytes say.
 */
public final class RouteTable {

    /** Calls of the ingress at exactly these paths. */
    private static final List<String> OWN =
            List.of(
                    "/lb-health",
                    "/lb-stats",
                    "/openapi.json",
                    "/health",
                    "/stats",
                    "/metrics",
                    "/api/ws-heartbeat");

    /** Calls of the ingress at these paths and below. */
    private static final List<String> OWN_BELOW = List.of("/queue", "/requests", "/replays");

    private final List<Route> longestFirst;

    /**
     * A table of these routes.
     *
     * @throws IllegalArgumentException if two have the same prefix or none serves everything
     */
    public RouteTable(List<Route> routes) {
        var sorted = new ArrayList<>(routes);
        sorted.sort(Comparator.comparingInt((Route route) -> route.prefix().length()).reversed());
        var prefixes = new HashSet<String>();
        for (Route route : sorted) {
            if (!prefixes.add(route.prefix())) {
                throw new IllegalArgumentException("two routes for " + route.prefix());
            }
        }
        if (!prefixes.contains("/")) {
            throw new IllegalArgumentException("no route for /");
        }
        this.longestFirst = List.copyOf(sorted);
    }

    /** All routes, the longest prefix first. */
    public List<Route> routes() {
        return longestFirst;
    }

    /** The call of the ingress itself that all paths of this prefix would reach instead. */
    public static Optional<String> ownCallAt(String prefix) {
        String path = "/" + Paths.withoutSlash(prefix.substring(1));
        return OWN.contains(path)
                ? Optional.of(path)
                : OWN_BELOW.stream().filter(own -> Paths.isAtOrBelow(path, own)).findFirst();
    }

    /**
     * Where a request goes.
     *
     * @param path as sent
     * @param query as sent, without the question mark
     */
    public Destination route(String method, String path, @Nullable String query) {
        if (!path.startsWith("/")) {
            return new Destination.Refused("the target of a request must be a path");
        }
        if (path.equals("/") && method.equals("POST")) {
            return new Destination.Own(true);
        }
        Optional<String> own = ownCallAt(path);
        if (own.isPresent()) {
            return new Destination.Own(own.get().equals("/queue"));
        }
        for (Route route : longestFirst) {
            if (route.serves(path)) {
                return destination(route, path, query);
            }
        }
        throw new IllegalStateException("no route for " + path); // there is one for everything
    }

    private static Destination destination(Route route, String path, @Nullable String query) {
        String out = route.rewrite(path);
        return switch (route.target()) {
            case Target.Unset unset -> new Destination.NotConfigured(route, unset);
            case Target.Queue queue -> new Destination.Queued(route, queue, out);
            case Target.Proxy proxy -> proxied(route, proxy, proxy.base() + out, query);
        };
    }

    private static Destination proxied(
            Route route, Target.Proxy proxy, String path, @Nullable String query) {
        String target = query == null ? path : path + "?" + query;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                return new Destination.Refused(
                        "path and query must be percent-encoded ASCII (RFC 3986)");
            }
        }
        if (target.startsWith("//") && !isUri("http://host" + target)) {
            return new Destination.Refused("a path that begins with '//' must be as in RFC 3986");
        }
        return QueueTarget.hasDotSegments(path)
                ? new Destination.Refused("the path must not have dot segments ('.' and '..')")
                : new Destination.Proxied(route, proxy, target);
    }

    private static boolean isUri(String text) {
        try {
            return new URI(text).getRawPath() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
