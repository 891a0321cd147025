package dev.sluice.ingress.http;

import dev.sluice.chassis.http.CoreProblems;
import dev.sluice.chassis.http.HttpMetrics;
import dev.sluice.chassis.http.OriginGuard;
import dev.sluice.ingress.http.trace.ServerSpans;
import dev.sluice.ingress.http.upstream.UpstreamProblems;
import dev.sluice.ingress.http.upstream.Upstreams;
import dev.sluice.ingress.queue.QueueTarget;
import dev.sluice.ingress.route.Destination;
import dev.sluice.ingress.route.HopCount;
import dev.sluice.ingress.route.Route;
import dev.sluice.ingress.route.RouteTable;
import dev.sluice.protocol.Hops;
import java.util.Optional;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.URIUtil;

/**
 * What every request meets first: its own calls and the queue go on to Javalin, the others to the
 * services behind.
 *
 * <p>It notes on each request what it is, for whoever measures around it.
 */
public final class FrontDoor extends Handler.Wrapper {

    /** What a request is. */
    public enum Kind {
        /** A call of the ingress: health, statistics, results. */
        OWN,
        /** For the queue of a pool, by a call of its own or by a route. */
        QUEUE,
        /** For a service behind. */
        PROXY
    }

    /** The request attribute with its {@link Kind}; none where the request was refused here. */
    public static final String KIND = FrontDoor.class.getName() + ".kind";

    /** The request attribute with the name of its route, where one served it. */
    public static final String ROUTE = FrontDoor.class.getName() + ".route";

    /** The request attribute with the {@link Destination.Queued} of a queue route. */
    static final String QUEUED = FrontDoor.class.getName() + ".queued";

    private static final Destination.Refused TWO_HOSTS =
            new Destination.Refused("the target of the request and its Host name two hosts");

    private final RouteTable routes;
    private final Upstreams upstreams;
    private final Optional<ServerSpans> spans;
    private final int maxHops;

    FrontDoor(RouteTable routes, Upstreams upstreams, Optional<ServerSpans> spans, int maxHops) {
        this.routes = routes;
        this.upstreams = upstreams;
        this.spans = spans;
        this.maxHops = maxHops;
        addBean(upstreams, true);
    }

    @Override
    protected void doStart() throws Exception {
        upstreams.setServer(getServer()); // for its threads, timers and buffers
        super.doStart();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        HttpURI uri = request.getHttpURI();
        if (!isForOneHost(request, uri)) {
            CoreProblems.write(response, callback, UpstreamProblems.refused(TWO_HOSTS));
            return true;
        }
        String path = uri.getPath() == null ? "" : uri.getPath();
        // a preflight goes where the request goes that it asks about
        String method = OriginGuard.preflightOf(request).orElse(request.getMethod());
        Destination destination = routes.route(method, path, uri.getQuery());
        if (goesOn(destination) && isLoop(request)) {
            CoreProblems.write(response, callback, UpstreamProblems.loop(maxHops));
            return true;
        }
        switch (destination) {
            case Destination.Own own -> {
                request.setAttribute(KIND, own.queue() ? Kind.QUEUE : Kind.OWN);
                if (own.queue()) {
                    request.setAttribute(OriginGuard.CHANGES, true);
                    String call = path.equals("/") ? path : QueueTarget.PREFIX + "{pool}";
                    begin(request, response, call);
                }
                return super.handle(request, response, callback);
            }
            case Destination.Queued queued -> {
                note(request, Kind.QUEUE, queued.route().name());
                begin(request, response, queued.route().prefix());
                request.setAttribute(QUEUED, queued);
                request.setAttribute(OriginGuard.CHANGES, true);
                String inside = QueueTarget.PREFIX + queued.to().pool() + queued.path();
                return super.handle(
                        Request.serveAs(request, HttpURI.build(uri).path(inside).asImmutable()),
                        response,
                        callback);
            }
            case Destination.Proxied proxied -> {
                note(request, Kind.PROXY, proxied.route().name());
                begin(request, response, proxied.route().prefix());
                request.setAttribute(HttpMetrics.ROUTE, pattern(proxied.route()));
                if (request.getHeaders().contains(HttpHeader.UPGRADE, "websocket")) {
                    var problem = UpstreamProblems.noWebSocket(proxied.route());
                    CoreProblems.write(response, callback, problem);
                    return true;
                }
                return upstreams.handle(proxied, request, response, callback);
            }
            case Destination.NotConfigured missing -> {
                note(request, Kind.PROXY, missing.route().name());
                begin(request, response, missing.route().prefix());
                request.setAttribute(HttpMetrics.ROUTE, pattern(missing.route()));
                var problem = UpstreamProblems.notConfigured(missing);
                CoreProblems.write(response, callback, problem);
                return true;
            }
            case Destination.Refused refused -> {
                CoreProblems.write(response, callback, UpstreamProblems.refused(refused));
                return true;
            }
        }
    }

    /** Whether the host of the target, where it has one, is that of the Host field. */
    private static boolean isForOneHost(Request request, HttpURI uri) {
        return !(request.getHeaders().getField(HttpHeader.HOST) instanceof HostPortHttpField field)
                || uri.getHost() == null
                || (uri.getHost().equalsIgnoreCase(field.getHost())
                        && port(uri, uri.getPort()) == port(uri, field.getPort()));
    }

    /** Whether it is for a node or a service, of which any may be a Sluice, this one too. */
    private static boolean goesOn(Destination destination) {
        return switch (destination) {
            case Destination.Own own -> own.queue();
            case Destination.Queued _, Destination.Proxied _ -> true;
            case Destination.NotConfigured _, Destination.Refused _ -> false;
        };
    }

    private boolean isLoop(Request request) {
        HttpFields fields = request.getHeaders();
        return HopCount.of(fields.getValuesList(Hops.HEADER), fields.getCSV(HttpHeader.VIA, true))
                > maxHops;
    }

    /** Absent, 0 or -1, is that of the scheme: {@code Host: a:80} is {@code Host: a}. */
    private static int port(HttpURI uri, int port) {
        return port > 0 ? port : URIUtil.getDefaultPortForScheme(uri.getScheme());
    }

    private void begin(Request request, Response response, String route) {
        spans.ifPresent(all -> all.begin(request, response, route));
    }

    private static String pattern(Route route) {
        return route.prefix().equals("/") ? "/*" : route.prefix() + "/*";
    }

    private static void note(Request request, Kind kind, String route) {
        request.setAttribute(KIND, kind);
        request.setAttribute(ROUTE, route);
    }
}
