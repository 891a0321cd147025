package dev.sluice.ingress.route;

/** Where one request goes. */
public sealed interface Destination {

    /** This ingress answers it, or queues it by a call of its own. */
    record Own(boolean queue) implements Destination {}

    /**
     * A service behind.
     *
     * @param target path and query that go out
     */
    record Proxied(Route route, Target.Proxy to, String target) implements Destination {}

    /**
     * The queue of a pool, by a route.
     *
     * @param path without the query, for the node
     */
    record Queued(Route route, Target.Queue to, String path) implements Destination {}

    /** The route is there and nobody said which service it is. */
    record NotConfigured(Route route, Target.Unset unset) implements Destination {}

    /** Not a target that may go out. */
    record Refused(String why) implements Destination {}
}
