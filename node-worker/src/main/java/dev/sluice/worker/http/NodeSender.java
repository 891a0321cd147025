package dev.sluice.worker.http;

import dev.sluice.chassis.http.ReadBuffers;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Hops;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.TraceFields;
import dev.sluice.worker.credentials.Credential;
import dev.sluice.worker.credentials.Mask;
import dev.sluice.worker.credentials.Permission;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.Pending;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Sends requests to nodes: one grant is one write.
 *
 * <p>It follows no redirects, keeps no cookies, decodes nothing, answers no challenges and repeats
 * nothing by itself.
 */
public final class NodeSender implements AutoCloseable {

    /** What becomes of one send; called on the client's threads. */
    public interface Listener {

        /** What goes in place of the client's trace; nothing: the client's own goes on. */
        default List<HttpHeader> trace() {
            return List.of();
        }

        /** A connection is open: whether the request may be written to it now. */
        boolean mayWrite(long nowNanos);

        /** It was written; said again if that took long. */
        void written(long atNanos);

        /** It is over; said once. */
        void ended(AttemptOutcome outcome);
    }

    /**
     * Limits of a send.
     *
     * @param request from the grant to the last byte of the answer
     * @param connect to open a connection, and once more for its TLS handshake
     * @param maxResponseBytes a larger answer is not kept
     * @param maxResponseHeaderBytes of the status line and all that stands around the content:
     *     fields, trailers, extensions of chunks
     */
    public record Limits(
            Duration request, Duration connect, int maxResponseBytes, int maxResponseHeaderBytes) {}

    /** A send that has begun. Safe for use by several threads. */
    public interface UnderWay {

        /** Whether its end was told, or is being told. */
        boolean isOver();

        /**
         * Whether it has an answer, and its node takes no more of the request: then nobody has to
         * wait for it any more, and it is to be settled.
         */
        boolean isUnread(long nowNanos);

        /**
         * Ends it with the answer that it has. That takes time for a large one, and its end is told
         * by the thread that calls.
         */
        void settle();

        /** Gives it up, and the connection with it; what is told after that is of no interest. */
        void cut();
    }

    /** Of one that never began. */
    private static final UnderWay NEVER_BEGAN =
            new UnderWay() {
                @Override
                public boolean isOver() {
                    return true;
                }

                @Override
                public boolean isUnread(long nowNanos) {
                    return false;
                }

                @Override
                public void settle() {}

                @Override
                public void cut() {}
            };

    // requests in flight are bounded by the gates; the client must not add a bound of its own
    private static final int UNBOUNDED = 1_000_000;
    // below the idle time-outs that servers have (Node.js: 5 s), so that few connections are stale
    private static final long KEEP_IDLE_MS = 4_000;
    private static final int MAX_THREADS = 64;
    // the ingress bounds what clients send; a request that was accepted must not fail here
    private static final int MAX_REQUEST_HEADER_BYTES = 1_280 * 1024;

    private final HttpClient client;
    private final Limits limits;
    private final Function<NodeSpec, Permission> permissions;
    private final NanoClock clock;
    private final InstantSource wall;

    private NodeSender(
            HttpClient client,
            Limits limits,
            Function<NodeSpec, Permission> permissions,
            NanoClock clock,
            InstantSource wall) {
        this.client = client;
        this.limits = limits;
        this.permissions = permissions;
        this.clock = clock;
        this.wall = wall;
    }

    /**
     * Starts its client.
     *
     * @param permissions what may go to a node, and with which credential
     */
    public static NodeSender start(
            Limits limits,
            Function<NodeSpec, Permission> permissions,
            NanoClock clock,
            InstantSource wall)
            throws StartException {
        var client = new HttpClient(new HandshakeFirst(limits.connect()));
        var threads = new QueuedThreadPool(MAX_THREADS, 2);
        threads.setName("sender");
        threads.setDaemon(true);
        client.setExecutor(threads);
        client.setByteBufferPool(new ReadBuffers(MAX_THREADS / 2));
        client.setUseInputDirectByteBuffers(false);
        client.setFollowRedirects(false);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setUserAgentField(null);
        client.setConnectTimeout(limits.connect().toMillis());
        client.setIdleTimeout(KEEP_IDLE_MS);
        client.setMaxConnectionsPerDestination(UNBOUNDED);
        client.setMaxRequestsQueuedPerDestination(UNBOUNDED);
        client.setStrictEventOrdering(false);
        client.setDefaultRequestContentType(null);
        client.setHttpCompliance(HttpCompliance.RFC9110);
        client.setMaxRequestHeadersSize(MAX_REQUEST_HEADER_BYTES);
        client.setMaxResponseHeadersSize(limits.maxResponseHeaderBytes());
        try {
            client.start();
        } catch (Exception e) {
            throw new StartException("the HTTP client did not start: " + e.getMessage(), e);
        }
        client.getContentDecoderFactories().clear();
        client.getProtocolHandlers().clear(); // of redirects, challenges, single interim answers
        client.getProtocolHandlers().put(new InterimAnswers());
        return new NodeSender(client, limits, permissions, clock, wall);
    }

    /** Sends; returns at once. Without its credential nothing goes to a node that needs one. */
    public UnderWay send(NodeSpec node, Pending pending, Listener listener) {
        return switch (permissions.apply(node)) {
            case Permission.NotNeeded n -> send(node, pending, Optional.empty(), listener);
            case Permission.Granted(Credential credential) ->
                    send(node, pending, Optional.of(credential), listener);
            case Permission.Withheld(String why) -> {
                // it was there when the gate let this one through
                listener.ended(new AttemptOutcome.Unreachable(why, false));
                yield NEVER_BEGAN;
            }
        };
    }

    private UnderWay send(
            NodeSpec node, Pending pending, Optional<Credential> credential, Listener listener) {
        var event = pending.event();
        List<HttpHeader> trace = listener.trace();
        List<HttpHeader> kept =
                trace.isEmpty() ? event.headers() : TraceFields.replaced(event.headers(), trace);
        Request request =
                new NodeRequest(client, node.url(), basePath(node) + event.target())
                        .method(event.method())
                        .timeout(limits.request().toMillis(), TimeUnit.MILLISECONDS)
                        .idleTimeout(limits.request().toMillis(), TimeUnit.MILLISECONDS);
        request.headers(
                headers -> {
                    for (HttpHeader header : kept) {
                        headers.add(header.name(), header.value());
                    }
                    headers.put(Hops.HEADER, Integer.toString(Hops.next(event.headers())));
                    headers.put("Sluice-Request-Id", pending.id().toString());
                    headers.put("Sluice-Attempt", Integer.toString(pending.attempt()));
                    event.replayOf()
                            .map(replay -> replay.original().toString())
                            .ifPresent(id -> headers.put("Sluice-Replay-Of", id));
                    credential.ifPresent(with -> headers.put(with.header(), with.value()));
                });
        boolean bodyless = event.method().equals("GET") || event.method().equals("HEAD");
        if (event.body().size() > 0 || !bodyless) {
            // without a type of its own the content is sent without one
            String type = event.contentType().orElse(null);
            request.body(new BytesRequestContent(type, event.body().bytes()));
        } else {
            event.contentType()
                    .ifPresent(type -> request.headers(h -> h.put("Content-Type", type)));
        }
        Mask mask = credential.map(Credential::mask).orElse(Mask.NONE);
        var exchange =
                new Exchange(
                        request,
                        pending.id() + " at " + node.id(),
                        limits,
                        mask,
                        clock,
                        wall,
                        listener);
        request.onRequestBegin(exchange::begin).onRequestSuccess(exchange::sent).send(exchange);
        return exchange;
    }

    @Override
    public void close() {
        LifeCycle.stop(client);
    }

    private static String basePath(NodeSpec node) {
        String path = node.url().getRawPath() == null ? "" : node.url().getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
