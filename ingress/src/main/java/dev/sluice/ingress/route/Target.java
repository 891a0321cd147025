package dev.sluice.ingress.route;

import dev.sluice.protocol.PoolName;
import java.net.URI;
import java.util.Optional;

/** What serves the requests of a route. */
public sealed interface Target {

    /**
     * A service behind this one.
     *
     * @param url scheme, host and port, and perhaps a path that goes in front
     * @param forwardAuthorization whether the client's Authorization and Cookie go on
     * @param clientHost whether the client's Host goes on, or that of the URL
     */
    record Proxy(URI url, boolean forwardAuthorization, boolean clientHost) implements Target {

        public Proxy {
            problemOf(url)
                    .ifPresent(
                            problem -> {
                                throw new IllegalArgumentException("the URL " + problem);
                            });
        }

        /** Why this cannot be the URL of a target; it is not repeated, as it may hold a secret. */
        public static Optional<String> problemOf(URI url) {
            if (url.getRawUserInfo() != null) {
                return Optional.of("must not hold a name or a password");
            }
            if (url.getRawQuery() != null || url.getRawFragment() != null) {
                return Optional.of("must end with its path: no '?' and no '#'");
            }
            return Optional.empty();
        }

        /** The path of the URL, to go in front of a request's; empty where there is none. */
        String base() {
            return Paths.withoutSlash(url.getRawPath());
        }

        /** Where it is, for messages: scheme, host and port. */
        public String place() {
            return url.getScheme() + "://" + url.getRawAuthority();
        }
    }

    /**
     * The queue of a pool.
     *
     * @param waitSeconds a client gets the node's answer if it comes in this time; 0: always 202
     * @param forwardAuthorization whether the client's Authorization and Cookie go into the log and
     *     on to the node
     */
    record Queue(PoolName pool, int waitSeconds, boolean forwardAuthorization) implements Target {}

    /**
     * Nothing yet.
     *
     * @param variable the environment variable that names the service
     */
    record Unset(String variable) implements Target {}
}
