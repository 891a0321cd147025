package dev.sluice.ingress.http.trace;

import dev.sluice.chassis.trace.TraceSpan;
import dev.sluice.chassis.trace.Tracing;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.TraceFields;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** The spans of what is queued and proxied, from when its route is known to its last byte. */
public final class ServerSpans {

    /** The request attribute with its span, where there is one. */
    public static final String SPAN = ServerSpans.class.getName() + ".span";

    // names are of few kinds, and a client may send any word as its method
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    private final Tracing tracing;
    private final InstantSource wall;

    public ServerSpans(Tracing tracing, InstantSource wall) {
        this.tracing = tracing;
        this.wall = wall;
    }

    /**
     * Begins the span of a request; it ends with the answer.
     *
     * @param route the paths that are served alike
     */
    public void begin(Request request, Response response, String route) {
        String path = request.getHttpURI().getPath();
        String method = method(request.getMethod());
        TraceSpan span =
                tracing.begin(
                                Tracing.Kind.SERVER,
                                (method.equals("_OTHER") ? "HTTP" : method) + " " + route,
                                fields(request),
                                wall.instant())
                        .set("http.request.method", method)
                        .set("http.route", route)
                        .set("url.path", path == null ? "" : path)
                        .set("url.scheme", request.isSecure() ? "https" : "http");
        request.setAttribute(SPAN, span);
        Request.addCompletionListener(request, failure -> end(span, response.getStatus(), failure));
    }

    /** The span that is the value of the attribute {@link #SPAN}. */
    public static Optional<TraceSpan> of(@Nullable Object attribute) {
        return attribute instanceof TraceSpan span ? Optional.of(span) : Optional.empty();
    }

    /** What stands in {@code http.request.method}: a method that everybody knows, or one word. */
    static String method(String method) {
        return METHODS.contains(method) ? method : "_OTHER";
    }

    private void end(TraceSpan span, int status, @Nullable Throwable failure) {
        if (status > 0) {
            span.set("http.response.status_code", status);
        }
        if (failure != null) {
            span.failed("connection_lost"); // the client's, or an answer that broke off
        } else if (status >= 500) {
            span.failed(Integer.toString(status));
        }
        span.end(wall.instant());
    }

    /** What the client says of a trace. */
    private static List<HttpHeader> fields(Request request) {
        var fields = new ArrayList<HttpHeader>(2);
        for (var field : request.getHeaders()) {
            if (TraceFields.is(field.getName())) {
                String value = field.getValue();
                fields.add(new HttpHeader(field.getName(), value == null ? "" : value));
            }
        }
        return fields;
    }
}
