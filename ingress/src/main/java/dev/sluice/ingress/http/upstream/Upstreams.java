package dev.sluice.ingress.http.upstream;

import dev.sluice.chassis.http.CoreProblems;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.ingress.http.trace.UpstreamSpans;
import dev.sluice.ingress.route.Destination;
import dev.sluice.ingress.route.Forwarded;
import dev.sluice.ingress.route.HopCount;
import dev.sluice.ingress.route.Target;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services behind: sends each request to the one that its destination names, and streams bodies
 * both ways as they come.
 *
 * <p>Jetty's proxy does the work. What is added here: the fields that tell of the client, bounds,
 * problems as answers, and header fields that go out before the first byte of a body that takes its
 * time.
 */
public final class Upstreams extends ProxyHandler.Reverse {

    private static final Logger log = LoggerFactory.getLogger(Upstreams.class);
    private static final String DESTINATION = Upstreams.class.getName() + ".destination";
    // less than the server waits for its connections when it stops
    private static final long LAST_MS = 2_000;

    private final UpstreamBounds bounds;
    private final UpstreamMetrics metrics;
    private final Optional<UpstreamSpans> spans;
    private final NanoClock nanos;
    private final Set<org.eclipse.jetty.client.Request> underWay = ConcurrentHashMap.newKeySet();

    public Upstreams(
            UpstreamBounds bounds,
            UpstreamMetrics metrics,
            Optional<UpstreamSpans> spans,
            NanoClock nanos) {
        super(Request::getHttpURI); // where to stands in the destination
        this.bounds = bounds;
        this.metrics = metrics;
        this.spans = spans;
        this.nanos = nanos;
        metrics.underWay(underWay);
        setViaHost(HopCount.PSEUDONYM); // the machine's name is nobody's business
    }

    /** Sends a request on; what becomes of it is told to the callback. */
    public boolean handle(
            Destination.Proxied to, Request request, Response response, Callback callback) {
        request.setAttribute(DESTINATION, to);
        // the idle time of the exchange counts, not that of a client that waits for its answer
        request.addIdleTimeoutListener(timeout -> false);
        return handle(request, response, callback);
    }

    /** Lets exchanges that have begun end, and soon ends those that do not, such as events. */
    public void stopping() {
        var _ =
                getHttpClient()
                        .getScheduler()
                        .schedule(
                                () ->
                                        underWay.forEach(
                                                out -> abort(out, new ClosedChannelException())),
                                LAST_MS,
                                TimeUnit.MILLISECONDS);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        var handlers = getHttpClient().getProtocolHandlers();
        handlers.clear(); // Jetty's
        handlers.put(new InterimAnswers());
    }

    @Override
    protected HttpClient newHttpClient() {
        return UpstreamClient.of(getServer());
    }

    @Override
    protected void configureHttpClient(HttpClient client) {
        super.configureHttpClient(client);
        UpstreamClient.configure(client, bounds);
    }

    @Override
    protected org.eclipse.jetty.client.Request newProxyToServerRequest(
            Request request, HttpURI uri) {
        Destination.Proxied to = destination(request);
        var out = new UpstreamRequest(getHttpClient(), to.to().url(), to.target());
        return out.method(request.getMethod());
    }

    @Override
    protected void copyRequestHeaders(Request request, org.eclipse.jetty.client.Request out) {
        super.copyRequestHeaders(request, out);
        Target.Proxy to = destination(request).to();
        out.headers(
                headers -> {
                    if (AwaitedBody.isOf(request)) {
                        headers.remove(HttpHeader.EXPECT); // put there again when it goes out
                    }
                    if (!to.clientHost()) {
                        headers.remove(HttpHeader.HOST); // the client puts the target's
                    }
                    if (!to.forwardAuthorization()) {
                        headers.remove(HttpHeader.AUTHORIZATION);
                        headers.remove(HttpHeader.COOKIE);
                    }
                    if (!bounds.trustForwarded()) {
                        ForwardedFields.remove(headers);
                    }
                });
    }

    @Override
    protected void addForwardedHeader(Request request, org.eclipse.jetty.client.Request out) {
        var told =
                new Forwarded(
                        Request.getRemoteAddr(request),
                        Optional.ofNullable(request.getHeaders().get(HttpHeader.HOST)),
                        request.isSecure() ? "https" : "http");
        out.headers(headers -> ForwardedFields.add(headers, told));
    }

    @Override
    protected org.eclipse.jetty.client.Request.Content newProxyToServerRequestContent(
            Request request, Response response, org.eclipse.jetty.client.Request out) {
        HttpFields headers = request.getHeaders();
        boolean hasBody =
                headers.contains(HttpHeader.CONTENT_LENGTH)
                        || headers.contains(HttpHeader.TRANSFER_ENCODING);
        return hasBody
                ? super.newProxyToServerRequestContent(request, response, out)
                : new BytesRequestContent(); // or it would go out in chunks, of which there is none
    }

    @Override
    protected void sendProxyToServerRequest(
            Request request,
            org.eclipse.jetty.client.Request out,
            Response response,
            Callback callback) {
        var connection = new ConnectionWait(out);
        underWay.add(out);
        long begunNanos = nanos.nanoTime();
        String upstream = destination(request).route().name();
        out.onComplete(
                result -> {
                    underWay.remove(out);
                    int status = result.isFailed() ? 0 : result.getResponse().getStatus();
                    metrics.ended(upstream, status, nanos.nanoTime() - begunNanos);
                });
        spans.ifPresent(all -> all.begin(request, out, destination(request)));
        LeavingClient.ends(out, request);
        InterimAnswers.relay(out, request, response);
        if (AwaitedBody.isOf(request) && out.getBody() instanceof AsyncRequestContent) {
            Runnable read = onServerToProxyResponse100Continue(request, out);
            AwaitedBody.await(out, read, getHttpClient().getScheduler());
        }
        super.sendProxyToServerRequest(request, out, response, callback);
        connection.orGiveUp(getHttpClient().getScheduler(), bounds.connect());
    }

    private static void abort(org.eclipse.jetty.client.Request out, Throwable why) {
        var _ = out.abort(why);
    }

    @Override
    protected org.eclipse.jetty.client.Response.CompleteListener newServerToProxyResponseListener(
            Request request,
            org.eclipse.jetty.client.Request out,
            Response response,
            Callback callback) {
        return new Answer(request, out, response, callback);
    }

    @Override
    protected void onServerToProxyResponseFailure(
            Request request,
            org.eclipse.jetty.client.Request out,
            org.eclipse.jetty.client.Response answer,
            Response response,
            Callback callback,
            Throwable failure) {
        Destination.Proxied to = destination(request);
        log.debug("{} at {}: {}", to.route().name(), to.to().place(), failure.toString());
        if (response.hasLastWrite()) {
            callback.succeeded(); // the client has the whole answer, the service wanted no body
        } else if (response.isCommitted()) {
            callback.failed(failure); // ends the connection: the client must not take it for whole
        } else {
            response.reset();
            CoreProblems.write(response, callback, UpstreamProblems.of(to, request, failure));
        }
    }

    private static Destination.Proxied destination(Request request) {
        if (request.getAttribute(DESTINATION) instanceof Destination.Proxied to) {
            return to;
        }
        throw new IllegalStateException("a request without a destination: " + request);
    }

    /** One answer on its way back. */
    private final class Answer extends ProxyResponseListener {

        private final org.eclipse.jetty.client.Request out;
        private final Response response;
        private boolean begun;

        Answer(
                Request request,
                org.eclipse.jetty.client.Request out,
                Response response,
                Callback callback) {
            super(request, out, response, callback);
            this.out = out;
            this.response = response;
        }

        @Override
        public void onBegin(org.eclipse.jetty.client.Response answer) {
            if (answer.getStatus() < 200 || answer.getStatus() > 599) {
                var _ = answer.abort(new BadAnswerException());
                return;
            }
            if (HttpStatus.isSuccess(answer.getStatus())) {
                AwaitedBody.begin(out); // it does not know how to ask
            }
            super.onBegin(answer);
        }

        @Override
        public void onSuccess(org.eclipse.jetty.client.Response answer) {
            super.onSuccess(answer);
            var _ = whenComplete((_, _) -> AwaitedBody.refuse(out));
        }

        @Override
        public void onHeaders(org.eclipse.jetty.client.Response answer) {
            if (answer.getHeaders().contains(HttpHeader.DATE)) {
                response.getHeaders().remove(HttpHeader.DATE); // the service's own counts
            }
            super.onHeaders(answer);
            for (String listed : answer.getHeaders().getCSV(HttpHeader.CONNECTION, false)) {
                response.getHeaders().remove(listed);
            }
            if (answer.getStatus() == HttpStatus.NO_CONTENT_204) {
                // there is none, whatever the service says (RFC 9110, 8.6)
                response.getHeaders().remove(HttpHeader.CONTENT_LENGTH);
            }
        }

        @Override
        public void onContentSource(
                org.eclipse.jetty.client.Response answer, Content.Source source) {
            if (begun) { // Jetty comes back here for each further chunk
                super.onContentSource(answer, source);
                return;
            }
            begun = true;
            Content.Chunk first = source.read();
            if (first != null) {
                super.onContentSource(answer, new FirstChunk(first, source));
                return;
            }
            // the body takes its time (events, long polls): the header fields need not wait for it
            response.write(
                    false,
                    null,
                    Callback.from(
                            () -> super.onContentSource(answer, source),
                            failure -> {
                                var _ = answer.abort(failure);
                            }));
        }
    }
}
