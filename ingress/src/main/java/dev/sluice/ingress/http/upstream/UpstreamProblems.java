package dev.sluice.ingress.http.upstream;

import dev.sluice.chassis.http.Problem;
import dev.sluice.ingress.route.Destination;
import dev.sluice.ingress.route.Route;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Request;

/**
 * What a client is told when no answer of the service behind came: the name of the route, and
 * nothing of where the service is.
 */
public final class UpstreamProblems {

    private UpstreamProblems() {}

    static Problem of(Destination.Proxied to, Request request, Throwable failure) {
        return LeavingClient.wasTooSlow(request) ? bodyTooSlow() : of(to.route(), failure);
    }

    private static Problem of(Route route, Throwable failure) {
        return switch (failure) {
            case HttpException bad when bad.getCode() >= 400 && bad.getCode() < 500 ->
                    new Problem(
                            bad.getCode(),
                            "bad_request",
                            "Bad request",
                            "The body of the request is not as HTTP wants it.");
            case LeavingClient.LeftException _ ->
                    new Problem(
                            400,
                            "client_closed",
                            "Client closed",
                            "The client closed its side of the connection before the answer came.");
            case NoConnectionException _, SocketTimeoutException _ ->
                    about(
                            route,
                            504,
                            "upstream_connect_timeout",
                            "No connection in time",
                            "no connection to it was to be had in time"
                                    + " (lb.proxy-connect-timeout-ms)");
            case TimeoutException _ ->
                    about(
                            route,
                            504,
                            "upstream_timeout",
                            "No answer in time",
                            "it was silent for too long (lb.proxy-idle-timeout-ms)");
            case RejectedExecutionException _ ->
                    about(
                            route,
                            503,
                            "upstream_busy",
                            "Too many requests wait",
                            "too many requests wait for a connection to it"
                                    + " (lb.proxy-max-connections, lb.proxy-max-waiting)");
            default ->
                    about(
                            route,
                            502,
                            "upstream_failed",
                            "No answer",
                            "it could not be reached, or broke off, or its answer was not HTTP");
        };
    }

    /** The client's doing. */
    private static Problem bodyTooSlow() {
        return new Problem(
                408,
                "body_too_slow",
                "Body too slow",
                "The body did not come in time (lb.min-bytes-per-second,"
                        + " lb.data-rate-grace-ms).");
    }

    /** The route has no service yet. */
    public static Problem notConfigured(Destination.NotConfigured missing) {
        return about(
                missing.route(),
                503,
                "upstream_not_configured",
                "Not configured",
                "nobody has said where it is: set " + missing.unset().variable());
    }

    /** The path or query may not go out. */
    public static Problem refused(Destination.Refused refused) {
        return new Problem(400, "bad_path", "Not a path to send on", refused.why() + ".");
    }

    /** A node or a service leads back here (RFC 5842, 7.2). */
    public static Problem loop(int maxHops) {
        return new Problem(
                508,
                "loop_detected",
                "Loop detected",
                "The request has passed through a Sluice more than %d times (lb.max-hops): a node or"
                                .formatted(maxHops)
                        + " a service behind a route leads back. Nothing was accepted.");
    }

    /** WebSockets of services behind are not passed through. */
    public static Problem noWebSocket(Route route) {
        return about(
                route,
                501,
                "websocket_not_proxied",
                "WebSocket not proxied",
                "this proxy does not pass WebSockets through: connect to the service itself");
    }

    private static Problem about(Route route, int status, String type, String title, String what) {
        return new Problem(
                status,
                type,
                title,
                "The service of the route '%s': %s.".formatted(route.name(), what),
                Map.of("upstream", route.name()));
    }
}
