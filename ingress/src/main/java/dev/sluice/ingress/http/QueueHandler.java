package dev.sluice.ingress.http;

import dev.sluice.chassis.http.ProblemException;
import dev.sluice.chassis.http.connections.ClientConnection;
import dev.sluice.chassis.kafka.Nonces;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.chassis.trace.TraceSpan;
import dev.sluice.ingress.http.QueueAppends.Taken;
import dev.sluice.ingress.http.trace.ServerSpans;
import dev.sluice.ingress.kafka.Appended;
import dev.sluice.ingress.kafka.Found;
import dev.sluice.ingress.kafka.NodePools;
import dev.sluice.ingress.kafka.RequestWatch;
import dev.sluice.ingress.queue.KeptHeaders;
import dev.sluice.ingress.queue.PoolNodes;
import dev.sluice.ingress.queue.QueueTarget;
import dev.sluice.ingress.results.Waiters;
import dev.sluice.ingress.results.Waiters.Waiter;
import dev.sluice.ingress.route.Destination;
import dev.sluice.ingress.route.Target;
import dev.sluice.ingress.traffic.Traffic;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultEvent;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** The queue path: takes a request, and answers when the log has it, or with its result. */
final class QueueHandler {

    /**
     * What it works with.
     *
     * @param maxWaitSeconds a longer {@code Prefer: wait} is cut to this
     */
    record Parts(
            NodePools pools,
            QueueAppends appends,
            Waiters waiters,
            BodyMemory memory,
            RequestWatch watch,
            KeptHeaders keptHeaders,
            QueueMetrics metrics,
            Traffic traffic,
            int maxWaitSeconds,
            NanoClock nanos) {}

    private final Parts parts;
    private final KeptHeaders withAuthorization;
    private final Nonces nonces = new Nonces();

    QueueHandler(Parts parts) {
        this.parts = parts;
        this.withAuthorization = parts.keptHeaders.withAuthorization();
    }

    /** {@code POST /}: the node of the default pool receives the same. */
    void root(Context ctx) throws IOException {
        submit(ctx, QueueTarget.of(PoolName.DEFAULT.value(), "/", ctx.req().getQueryString()));
    }

    /** {@code ANY /queue/{pool}/{path...}}. */
    void pool(Context ctx) throws IOException {
        // as sent: what a decoded path was, nobody can tell any more
        submit(ctx, QueueTarget.parse(ctx.req().getRequestURI(), ctx.req().getQueryString()));
    }

    private void submit(Context ctx, QueueTarget target) throws IOException {
        String label = QueueMetrics.NO_POOL;
        try {
            QueueAppends.Destination to = destination(target);
            label = to.pool().value();
            Taken taken = submit(ctx, to);
            parts.metrics.count(
                    label, taken.repeated() ? QueueMetrics.REPEATED : QueueMetrics.ACCEPTED);
        } catch (ProblemException e) {
            parts.metrics.count(label, e.problem().type());
            throw e;
        }
    }

    private QueueAppends.Destination destination(QueueTarget target) {
        return switch (target) {
            case QueueTarget.Bad(String why) ->
                    throw Problems.badRequest("bad_path", "Not a path for a node", why + ".");
            case QueueTarget.Good(String name, String path) -> {
                Map<PoolName, PoolNodes> known = parts.pools.all();
                PoolName pool =
                        PoolName.parse(name)
                                .filter(known::containsKey)
                                .orElseThrow(() -> Problems.unknownPool(name, known.keySet()));
                PoolNodes nodes = known.get(pool);
                if (nodes == null) {
                    throw Problems.unknownPool(name, known.keySet());
                }
                yield new QueueAppends.Destination(pool, nodes, path);
            }
        };
    }

    private Taken submit(Context ctx, QueueAppends.Destination to) throws IOException {
        HttpServletRequest request = ctx.req();
        TrafficHandler.queued(request);
        long arrived = parts.nanos.nanoTime();
        Optional<Target.Queue> route = route(request);
        boolean authorization = route.map(Target.Queue::forwardAuthorization).orElse(false);
        QueueFields sent =
                QueueFields.read(request, authorization ? withAuthorization : parts.keptHeaders);
        // of an ingress that traces, the node's request is a child of the span here
        Optional<TraceSpan> span = ServerSpans.of(request.getAttribute(ServerSpans.SPAN));
        QueueFields fields = span.map(TraceSpan::fields).map(sent::traced).orElse(sent);
        span.ifPresent(traced -> traced.set("sluice.pool", to.pool().value()));
        parts.appends.check(request, to, fields);
        Nonce nonce = nonces.next();
        OptionalInt preferred = fields.prefer().waitSeconds();
        int wanted = preferred.orElse(route.map(Target.Queue::waitSeconds).orElse(0));
        int wait = Math.min(parts.maxWaitSeconds, wanted);
        // before the append: its result may come before the append's answer
        Optional<Waiter> waiter =
                wait == 0 ? Optional.empty() : parts.waiters.register(nonce, Asker.of(request));
        if (waiter.isEmpty()) {
            Taken taken = take(request, to, fields, nonce, arrived);
            accepted(ctx, taken.accepted());
            return taken;
        }
        try (var waiting = waiter.get()) {
            Taken taken = take(request, to, fields, nonce, arrived);
            if (preferred.isPresent()) {
                ctx.header("Preference-Applied", "wait=" + wait);
            }
            Optional<ResultEvent> result = await(request, waiting, wait, taken);
            if (result.isEmpty() || !write(ctx, result.get())) {
                accepted(ctx, taken.accepted());
            }
            return taken;
        }
    }

    /** Whether there was memory for the answer: where there is none it is to be fetched later. */
    private boolean write(Context ctx, ResultEvent result) throws IOException {
        try (var held = parts.memory.of(ClientConnection.clientOf(ctx.req()))) {
            if (!held.grow(result.answer().map(answer -> answer.body().size()).orElse(0))) {
                return false;
            }
            AnswerWriter.write(ctx, result);
            return true;
        }
    }

    /** The queue route that led here, if one did. */
    private static Optional<Target.Queue> route(HttpServletRequest request) {
        return request.getAttribute(FrontDoor.QUEUED) instanceof Destination.Queued queued
                ? Optional.of(queued.to())
                : Optional.empty();
    }

    private Taken take(
            HttpServletRequest request,
            QueueAppends.Destination to,
            QueueFields fields,
            Nonce nonce,
            long arrivedNanos)
            throws IOException {
        Taken taken = parts.appends.take(request, to, fields, nonce);
        ServerSpans.of(request.getAttribute(ServerSpans.SPAN))
                .ifPresent(s -> s.set("sluice.request.id", taken.accepted().id().toString()));
        parts.traffic.queued(parts.nanos.nanoTime(), arrivedNanos);
        return taken;
    }

    /** Its result, or that of the first request with its key, if it comes in time. */
    private Optional<ResultEvent> await(
            HttpServletRequest request, Waiter waiting, int seconds, Taken taken) {
        long until = parts.nanos.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        RequestId id = taken.accepted().id();
        try {
            if (taken.repeated()) {
                return resultOf(request, id, until);
            }
            Optional<Ending> ending =
                    waiting.await(TimeUnit.SECONDS.toNanos(seconds))
                            .filter(e -> e.request().equals(id));
            if (ending.isEmpty()) {
                return Optional.empty();
            }
            return switch (ending.get()) {
                case ResultEvent result -> Optional.of(result);
                case Duplicate duplicate -> resultOf(request, duplicate.first(), until);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty(); // stopping: it is accepted all the same
        }
    }

    private Optional<ResultEvent> resultOf(
            HttpServletRequest request, RequestId id, long untilNanos) throws InterruptedException {
        long wait = untilNanos - parts.nanos.nanoTime();
        Found found = parts.watch.find(id, wait, Asker.of(request)).found();
        return found instanceof Found.Finished(var result) ? Optional.of(result) : Optional.empty();
    }

    private static void accepted(Context ctx, Appended.Accepted accepted) {
        String id = accepted.id().toString();
        ctx.status(202);
        ctx.header("Location", "/requests/" + id);
        ctx.contentType("application/json");
        // four texts that need no escaping: no mapper on the hottest path
        ctx.result(
                "{\"id\":\""
                        + id
                        + "\",\"pool\":\""
                        + accepted.id().position().topic().pool()
                        + "\",\"status\":\"queued\",\"queued_at\":\""
                        + accepted.queuedAt()
                        + "\"}");
    }
}
