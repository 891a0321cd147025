package dev.sluice.ingress.http;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.chassis.trace.TraceSpan;
import dev.sluice.chassis.trace.Tracing;
import dev.sluice.ingress.kafka.Appended;
import dev.sluice.ingress.kafka.QueueRoom;
import dev.sluice.ingress.kafka.RecentKeys;
import dev.sluice.ingress.kafka.RequestLog;
import dev.sluice.ingress.queue.Admission;
import dev.sluice.ingress.queue.PoolNodes;
import dev.sluice.protocol.Fingerprint;
import dev.sluice.protocol.KeyHash;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestsTopic;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/** Gets requests into the log: room in the queue, the body, the idempotency key, the append. */
final class QueueAppends {

    /** What it works with. */
    record Parts(
            QueueRoom room,
            RequestLog log,
            RecentKeys keys,
            BodyReader bodies,
            QueueMetrics metrics,
            Optional<Tracing> tracing,
            NanoClock nanos,
            InstantSource wall) {}

    /** Where a request goes. */
    record Destination(PoolName pool, PoolNodes nodes, String target) {}

    /**
     * The log has it.
     *
     * @param repeated it had come before under its key: this is the first one
     */
    record Taken(Appended.Accepted accepted, boolean repeated) {}

    private final Parts parts;

    QueueAppends(Parts parts) {
        this.parts = parts;
    }

    /** Refuses by its announced length what need not be read. */
    void check(HttpServletRequest request, Destination to, QueueFields fields) {
        checkSize(to, request.getContentLengthLong());
        parts.bodies.check(request);
        if (fields.idempotencyKey().isEmpty()) { // or it may be a repeat, which takes no room
            admit(to, Math.max(0, request.getContentLengthLong()));
        }
    }

    /** Reads the body and appends the request, unless it came before. */
    Taken take(HttpServletRequest request, Destination to, QueueFields fields, Nonce nonce)
            throws IOException {
        try (var held = parts.bodies.read(request)) {
            checkSize(to, held.body().size());
            var event =
                    new RequestEvent(
                            nonce,
                            to.pool(),
                            parts.wall.instant(),
                            request.getMethod(),
                            to.target(),
                            fields.contentType(),
                            fields.deadline(),
                            fields.idempotencyKey(),
                            fields.kept(),
                            held.body());
            var topic = new RequestsTopic(to.pool(), fields.lane());
            return event.idempotencyKey().isEmpty()
                    ? new Taken(accepted(append(topic, event)), false)
                    : takeOnce(to, topic, event);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problems.outcomeUnknown("this ingress is being stopped");
        }
    }

    private Taken takeOnce(Destination to, RequestsTopic topic, RequestEvent event)
            throws InterruptedException {
        KeyHash key = KeyHash.of(event.pool(), event.idempotencyKey().orElseThrow());
        Fingerprint fingerprint = Fingerprint.of(event);
        while (true) {
            switch (parts.keys.begin(key, fingerprint, parts.nanos.nanoTime())) {
                case RecentKeys.Answer.Append(RecentKeys.Turn turn) -> {
                    try (turn) {
                        admit(to, event.body().size());
                        Appended appended = append(topic, event);
                        turn.appended(appended);
                        return new Taken(accepted(appended), false);
                    }
                }
                case RecentKeys.Answer.Repeat(RecentKeys.First first) -> {
                    Optional<Appended> appended = first.await();
                    if (appended.isPresent()) {
                        return new Taken(accepted(appended.get()), true);
                    }
                }
                case RecentKeys.Answer.Reused() -> throw Problems.keyReused();
            }
        }
    }

    private void checkSize(Destination to, long bodyBytes) {
        if (bodyBytes > to.nodes().maxBodyBytes()) {
            throw Problems.bodyTooLarge(
                    to.nodes().maxBodyBytes(),
                    "no node of the pool " + to.pool() + " takes more bytes in a minute");
        }
    }

    private void admit(Destination to, long bodyBytes) {
        if (parts.room.admit(to.pool(), to.nodes(), bodyBytes) instanceof Admission.Full full) {
            throw Problems.queueFull(full.limit(), full.detail(), full.retryAfterSeconds());
        }
    }

    private Appended append(RequestsTopic topic, RequestEvent event) throws InterruptedException {
        long start = parts.nanos.nanoTime();
        Optional<TraceSpan> span = parts.tracing.map(to -> span(to, topic, event));
        Appended appended = parts.log.append(topic, event);
        span.ifPresent(begun -> end(begun, appended));
        if (appended instanceof Appended.Accepted) {
            parts.metrics.appended(parts.nanos.nanoTime() - start);
            parts.room.appended(event.pool(), event.body().size());
        }
        return appended;
    }

    private TraceSpan span(Tracing to, RequestsTopic topic, RequestEvent event) {
        String name = "append " + topic.name();
        return to.begin(Tracing.Kind.PRODUCER, name, event.headers(), parts.wall.instant())
                .set("messaging.system", "kafka")
                .set("messaging.destination.name", topic.name())
                .set("messaging.message.body.size", event.body().size());
    }

    private void end(TraceSpan span, Appended appended) {
        switch (appended) {
            case Appended.Accepted(var id, var _) ->
                    span.set("sluice.request.id", id.toString())
                            .set("messaging.destination.partition.id", id.position().shard())
                            .set("messaging.kafka.offset", id.position().offset());
            case Appended.NotTried n -> span.failed("not_tried");
            case Appended.Unknown u -> span.failed("outcome_unknown");
        }
        span.end(parts.wall.instant());
    }

    private static Appended.Accepted accepted(Appended appended) {
        return switch (appended) {
            case Appended.Accepted accepted -> accepted;
            case Appended.NotTried(String why) -> throw Problems.nothingAccepted(why);
            case Appended.Unknown(String why) -> throw Problems.outcomeUnknown(why);
        };
    }
}
