package dev.sluice.ingress.http;

import dev.sluice.chassis.http.ProblemException;
import dev.sluice.chassis.http.connections.ClientConnection;
import dev.sluice.ingress.kafka.Found;
import dev.sluice.ingress.kafka.RequestWatch;
import dev.sluice.protocol.RequestId;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** {@code GET /requests/{id}} and {@code GET /requests/{id}/response}. */
final class RequestsHandler {

    private final RequestWatch watch;
    private final BodyMemory memory;
    private final int maxWaitSeconds;
    private final InstantSource wall;

    RequestsHandler(RequestWatch watch, BodyMemory memory, int maxWaitSeconds, InstantSource wall) {
        this.watch = watch;
        this.memory = memory;
        this.maxWaitSeconds = maxWaitSeconds;
        this.wall = wall;
    }

    void status(Context ctx) {
        ctx.header("Cache-Control", "no-store");
        RequestId id = id(ctx);
        RequestWatch.Known known = find(ctx, id);
        StatusView view =
                switch (known.found()) {
                    case Found.Finished(var result) -> StatusView.of(result);
                    case Found.Queued queued -> StatusView.of(known.of(), queued, wall.instant());
                    case Found other -> throw problem(other);
                };
        ctx.json(known.of().equals(id) ? view : view.seenAs(id));
    }

    void response(Context ctx) throws IOException {
        RequestId id = id(ctx);
        Found found = find(ctx, id).found();
        if (found instanceof Found.Finished(var result) && result.answer().isPresent()) {
            try (var held = memory.of(ClientConnection.clientOf(ctx.req()))) {
                if (!held.grow(result.answer().get().body().size())) {
                    throw Problems.busy();
                }
                AnswerWriter.write(ctx, result);
            }
            return;
        }
        ctx.header("Cache-Control", "no-store");
        switch (found) {
            case Found.Finished(var result) -> AnswerWriter.write(ctx, result);
            case Found.Queued queued ->
                    throw queued.hasExpired(wall.instant())
                            ? Problems.expired(id.toString())
                            : Problems.notFinished(id.toString());
            case Found other -> throw problem(other);
        }
    }

    private RequestWatch.Known find(Context ctx, RequestId id) {
        int waitSeconds = waitSeconds(ctx);
        memory.check();
        try {
            return watch.find(id, TimeUnit.SECONDS.toNanos(waitSeconds), Asker.of(ctx.req()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problems.closing();
        }
    }

    private static RequestId id(Context ctx) {
        return RequestId.parse(ctx.pathParam("id"))
                .orElseThrow(
                        () ->
                                Problems.badRequest(
                                        "bad_request_id",
                                        "Not a request id",
                                        "An id looks like default.n3.1027.0k3j9x0q2m7vd, as in the"
                                                + " answer that accepted the request."));
    }

    private int waitSeconds(Context ctx) {
        String text = ctx.queryParam("wait");
        if (text == null) {
            return 0;
        }
        // more digits than the bound has
        if (text.matches("[0-9]{1,6}") && Integer.parseInt(text) <= maxWaitSeconds) {
            return Integer.parseInt(text);
        }
        throw Problems.badRequest(
                "bad_wait",
                "Not a wait",
                "wait must be a whole number of seconds from 0 to " + maxWaitSeconds + ".");
    }

    private static ProblemException problem(Found found) {
        return switch (found) {
            case Found.Unknown _ -> Problems.unknownRequest();
            case Found.Trimmed _ -> Problems.noLongerKept();
            case Found.Unreachable(String why) -> Problems.logUnreachable(why);
            case Found.OutOfTime _ -> Problems.lookupTimeout();
            case Found.Finished _, Found.Queued _, Found.SameAs _ ->
                    throw new IllegalStateException("no problem: " + found);
        };
    }
}
