package dev.sluice.worker.trace;

import dev.sluice.chassis.trace.TraceSpan;
import dev.sluice.chassis.trace.Tracing;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.Pending;
import java.time.Instant;
import java.util.List;

/** The span of one attempt, from the grant to its end; the node sees it as its parent. */
public final class AttemptSpan {

    private final RequestSpans spans;
    private final Pending request;
    private final int number;
    private final Instant waitingSince;
    private final Instant began;
    private final TraceSpan span;

    /** Reads the request on the thread that owns it; later, only what never changes. */
    AttemptSpan(RequestSpans spans, Pending request, NodeSpec node, Instant now) {
        this.spans = spans;
        this.request = request;
        this.number = request.attempt();
        this.waitingSince = request.waitingSince();
        this.began = now;
        this.span =
                spans.begin(Tracing.Kind.CLIENT, "attempt " + node.id(), request, now)
                        .set("sluice.attempt", number)
                        .set("sluice.node", node.id())
                        .set("server.address", node.url().getHost())
                        .set("http.request.method", request.event().method())
                        .set("http.request.body.size", request.event().body().size());
        if (node.url().getPort() > 0) {
            span.set("server.port", node.url().getPort());
        }
    }

    /** What the node is sent of it. */
    public List<HttpHeader> fields() {
        return span.fields();
    }

    /** It is over. One that was not written was no attempt, and the request waits on. */
    public void ended(Attempt attempt, AttemptOutcome outcome) {
        if (outcome instanceof AttemptOutcome.Withheld) {
            return;
        }
        spans.waited(request, number, waitingSince, began);
        switch (outcome) {
            case AttemptOutcome.Delivered(var answer) -> answered(answer.status());
            case AttemptOutcome.Throttled(var answer, var _) -> answered(answer.status());
            default -> span.failed(attempt.result());
        }
        span.end(attempt.finishedAt());
    }

    private void answered(int status) {
        span.set("http.response.status_code", status);
        if (status >= 400) {
            span.failed(Integer.toString(status));
        }
    }
}
