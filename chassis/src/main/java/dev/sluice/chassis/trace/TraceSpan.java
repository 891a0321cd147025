package dev.sluice.chassis.trace;

import dev.sluice.protocol.HttpHeader;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of a request, with a beginning and an end. One that is never ended is never exported.
 *
 * <p>Safe for use by several threads.
 */
public final class TraceSpan {

    private final Span span;
    private final Context context;

    TraceSpan(Span span, Context context) {
        this.span = span;
        this.context = context;
    }

    /** The header fields that make this span the parent of what comes after. */
    public List<HttpHeader> fields() {
        var fields = new ArrayList<HttpHeader>(2);
        W3CTraceContextPropagator.getInstance()
                .inject(context, fields, (all, name, value) -> set(all, name, value));
        return List.copyOf(fields);
    }

    public TraceSpan set(String attribute, String value) {
        span.setAttribute(attribute, value);
        return this;
    }

    public TraceSpan set(String attribute, long value) {
        span.setAttribute(attribute, value);
        return this;
    }

    /**
     * Marks it as failed.
     *
     * @param type what went wrong, in one word of few
     */
    public TraceSpan failed(String type) {
        span.setAttribute("error.type", type);
        span.setStatus(StatusCode.ERROR);
        return this;
    }

    /** Ends it; what comes after is not recorded any more. */
    public void end(Instant at) {
        span.end(at);
    }

    private static void set(
            @org.jspecify.annotations.Nullable List<HttpHeader> fields, String name, String value) {
        if (fields != null) {
            fields.add(new HttpHeader(name, value));
        }
    }
}
