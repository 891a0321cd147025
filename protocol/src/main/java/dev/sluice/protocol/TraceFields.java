package dev.sluice.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * The header fields of W3C Trace Context (www.w3.org/TR/trace-context): which trace a request
 * belongs to, and under which span.
 *
 * <p>In the log they stand among the kept header fields of a request, whoever wrote them: the
 * client, or an ingress that traces.
 */
public final class TraceFields {

    /** The trace, and the span that the next one is a child of. */
    public static final String PARENT = "traceparent";

    /** What vendors add to it; means nothing without {@link #PARENT}. */
    public static final String STATE = "tracestate";

    private TraceFields() {}

    /** Whether a header field is one of these. */
    public static boolean is(String name) {
        return name.equalsIgnoreCase(PARENT) || name.equalsIgnoreCase(STATE);
    }

    /** These header fields, with {@code trace} in place of what they say of a trace. */
    public static List<HttpHeader> replaced(List<HttpHeader> headers, List<HttpHeader> trace) {
        var all = new ArrayList<HttpHeader>(headers.size() + trace.size());
        for (HttpHeader header : headers) {
            if (!is(header.name())) {
                all.add(header);
            }
        }
        all.addAll(trace);
        return List.copyOf(all);
    }
}
