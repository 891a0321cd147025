package dev.sluice.ingress.http;

import dev.sluice.chassis.http.ProblemException;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.ingress.kafka.Appended;
import dev.sluice.ingress.kafka.NodePools;
import dev.sluice.ingress.kafka.QueueRoom;
import dev.sluice.ingress.kafka.RequestLog;
import dev.sluice.ingress.queue.Admission;
import dev.sluice.ingress.queue.KeptHeaders;
import dev.sluice.ingress.queue.PoolNodes;
import dev.sluice.ingress.queue.QueueTarget;
import dev.sluice.ingress.results.Waiters;
import dev.sluice.ingress.results.Waiters.Waiter;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The queue path: takes a request, appends it to the log, and answers when the log has it. */
final class QueueHandler {

    /**
     * What it works with.
     *
     * @param maxWaitSeconds a longer {@code Prefer: wait} is cut to this
     */
    record Parts(
            NodePools pools,
            QueueRoom room,
            RequestLog log,
            Waiters waiters,
            KeptHeaders keptHeaders,
            BodyReader bodies,
            QueueMetrics metrics,
            int maxWaitSeconds,
            NanoClock nanos,
            InstantSource wall) {}

    private final Parts parts;
    private final Nonces nonces = new Nonces();

    /** Where a request goes. */
    private record Destination(PoolName pool, PoolNodes nodes, String target) {}

    QueueHandler(Parts parts) {
        this.parts = parts;
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
            Destination to = destination(target);
            label = to.pool().value();
            submit(ctx, to);
            parts.metrics.count(label, QueueMetrics.ACCEPTED);
        } catch (ProblemException e) {
            parts.metrics.count(label, e.problem().type());
            throw e;
        }
    }

    private Destination destination(QueueTarget target) {
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
                yield new Destination(pool, nodes, path);
            }
        };
    }

    private void submit(Context ctx, Destination to) throws IOException {
        HttpServletRequest request = ctx.req();
        QueueFields fields = QueueFields.read(request, parts.keptHeaders);
        checkSize(to, request.getContentLengthLong());
        parts.bodies.check(request);
        admit(to, Math.max(0, request.getContentLengthLong()));
        Nonce nonce = nonces.next();
        int wait = Math.min(parts.maxWaitSeconds, fields.prefer().waitSeconds().orElse(0));
        // before the append: its result may come before the append's answer
        Optional<Waiter> waiter = wait == 0 ? Optional.empty() : parts.waiters.register(nonce);
        if (waiter.isEmpty()) {
            accepted(ctx, append(request, to, fields, nonce));
            return;
        }
        try (var waiting = waiter.get()) {
            Appended.Accepted accepted = append(request, to, fields, nonce);
            ctx.header("Preference-Applied", "wait=" + wait);
            Optional<ResultEvent> result = await(waiting, wait, accepted.id());
            if (result.isPresent()) {
                AnswerWriter.write(ctx, result.get());
            } else {
                accepted(ctx, accepted);
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

    private Appended.Accepted append(
            HttpServletRequest request, Destination to, QueueFields fields, Nonce nonce)
            throws IOException {
        var topic = new RequestsTopic(to.pool(), fields.lane());
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
                            Optional.empty(),
                            fields.kept(),
                            held.body());
            long start = parts.nanos.nanoTime();
            switch (parts.log.append(topic, event)) {
                case Appended.Accepted accepted -> {
                    parts.metrics.appended(parts.nanos.nanoTime() - start);
                    parts.room.appended(to.pool(), held.body().size());
                    return accepted;
                }
                case Appended.NotTried(String why) -> throw Problems.nothingAccepted(why);
                case Appended.Unknown(String why) -> throw Problems.outcomeUnknown(why);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problems.outcomeUnknown("this ingress is being stopped");
        }
    }

    private static Optional<ResultEvent> await(Waiter waiting, int seconds, RequestId id) {
        try {
            return waiting.await(TimeUnit.SECONDS.toNanos(seconds))
                    .filter(result -> result.request().equals(id));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty(); // stopping: it is accepted all the same
        }
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
