package dev.sluice.worker.trace;

import dev.sluice.chassis.trace.TraceSpan;
import dev.sluice.chassis.trace.Tracing;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.Topics;
import dev.sluice.worker.dispatch.Pending;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The spans of one worker: what a request waited for, its attempts, and its result.
 *
 * <p>All are children of the span that stands with the request in the log, so that nothing need be
 * kept of a request between them, and another worker can go on.
 */
public final class RequestSpans {

    private final Tracing tracing;
    private final String worker;
    private final InstantSource wall;

    public RequestSpans(Tracing tracing, String worker, InstantSource wall) {
        this.tracing = tracing;
        this.worker = worker;
        this.wall = wall;
    }

    /** Begins the span of an attempt that is about to be made. */
    public AttemptSpan attempt(Pending request, NodeSpec node) {
        return new AttemptSpan(this, request, node, wall.instant());
    }

    /** Begins the span of what ends a request; to be run when the log has it. */
    public Runnable result(Pending request, Ending ending) {
        Instant now = wall.instant();
        TraceSpan span =
                begin(Tracing.Kind.PRODUCER, "append " + Topics.RESULTS, request, now)
                        .set("messaging.system", "kafka")
                        .set("messaging.destination.name", Topics.RESULTS);
        switch (ending) {
            case ResultEvent result -> {
                if (result.attemptCount() == 0 || result.outcome() == Outcome.EXPIRED) {
                    waited(request, request.attempt(), request.waitingSince(), now);
                }
                span.set("sluice.outcome", result.outcome().text())
                        .set("sluice.attempts", result.attemptCount());
                result.answer().ifPresent(a -> span.set("sluice.status_code", a.status()));
                result.reason().ifPresent(reason -> span.failed(reason.text()));
            }
            case Duplicate duplicate ->
                    span.set("sluice.outcome", "duplicate")
                            .set("sluice.same_as", duplicate.first().toString());
        }
        return () -> span.end(wall.instant());
    }

    TraceSpan begin(Tracing.Kind kind, String name, Pending request, Instant at) {
        return tracing.begin(kind, name, request.event().headers(), at)
                .set("sluice.request.id", request.id().toString())
                .set("sluice.pool", request.event().pool().value())
                .set("sluice.worker", worker);
    }

    /**
     * The span of a wait that is over.
     *
     * @param attempt what it waited for, from 1
     * @param since by the broker's clock for the first, which may be ahead of ours
     */
    void waited(Pending request, int attempt, Instant since, Instant until) {
        begin(
                        Tracing.Kind.INTERNAL,
                        attempt == 1 ? "queue wait" : "retry wait",
                        request,
                        since.isAfter(until) ? until : since)
                .set("sluice.attempt", attempt)
                .set("sluice.lane", request.position().topic().lane().text())
                .end(until);
    }
}
