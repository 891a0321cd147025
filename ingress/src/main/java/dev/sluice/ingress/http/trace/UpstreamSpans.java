package dev.sluice.ingress.http.trace;

import dev.sluice.chassis.trace.TraceSpan;
import dev.sluice.chassis.trace.Tracing;
import dev.sluice.ingress.route.Destination;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.TraceFields;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.server.Request;

/** The spans of requests on their way to a service behind; each is the parent of what is there. */
public final class UpstreamSpans {

    private final Tracing tracing;
    private final InstantSource wall;

    public UpstreamSpans(Tracing tracing, InstantSource wall) {
        this.tracing = tracing;
        this.wall = wall;
    }

    /** Begins the span of a request that is about to go out; it ends with the exchange. */
    public void begin(
            Request request, org.eclipse.jetty.client.Request out, Destination.Proxied to) {
        URI url = to.to().url();
        String method = ServerSpans.method(request.getMethod());
        List<HttpHeader> parent =
                ServerSpans.of(request.getAttribute(ServerSpans.SPAN))
                        .map(TraceSpan::fields)
                        .orElseThrow(() -> new IllegalStateException("no span of " + request));
        TraceSpan span =
                tracing.begin(
                                Tracing.Kind.CLIENT,
                                "proxy " + to.route().name(),
                                parent,
                                wall.instant())
                        .set("http.request.method", method)
                        .set("server.address", url.getHost())
                        .set("sluice.route", to.route().name());
        if (url.getPort() > 0) {
            span.set("server.port", url.getPort());
        }
        out.headers(
                headers -> {
                    headers.remove(TraceFields.PARENT);
                    headers.remove(TraceFields.STATE);
                    span.fields().forEach(field -> headers.put(field.name(), field.value()));
                });
        out.onComplete(result -> end(span, result));
    }

    private void end(TraceSpan span, Result result) {
        int status = result.getResponse() == null ? 0 : result.getResponse().getStatus();
        if (status > 0) {
            span.set("http.response.status_code", status);
        }
        if (result.isFailed()) {
            span.failed(result.getFailure().getClass().getSimpleName());
        } else if (status >= 400) {
            span.failed(Integer.toString(status));
        }
        span.end(wall.instant());
    }
}
