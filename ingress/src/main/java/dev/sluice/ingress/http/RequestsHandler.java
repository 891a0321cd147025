package dev.sluice.ingress.http;

import dev.sluice.chassis.http.ProblemException;
import dev.sluice.ingress.kafka.Found;
import dev.sluice.ingress.kafka.ResultLookup;
import dev.sluice.ingress.results.Waiters;
import dev.sluice.protocol.RequestId;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code GET /requests/{id}} and {@code GET /requests/{id}/response}. */
final class RequestsHandler {

    private final ResultLookup lookup;
    private final Waiters waiters;
    private final int maxWaitSeconds;
    private final InstantSource wall;

    RequestsHandler(ResultLookup lookup, Waiters waiters, int maxWaitSeconds, InstantSource wall) {
        this.lookup = lookup;
        this.waiters = waiters;
        this.maxWaitSeconds = maxWaitSeconds;
        this.wall = wall;
    }

    void status(Context ctx) {
        ctx.header("Cache-Control", "no-store");
        RequestId id = id(ctx);
        switch (find(id, waitSeconds(ctx))) {
            case Found.Finished(var result) -> ctx.json(StatusView.of(result));
            case Found.Queued queued -> ctx.json(StatusView.of(id, queued, wall.instant()));
            case Found other -> throw problem(other);
        }
    }

    void response(Context ctx) throws IOException {
        RequestId id = id(ctx);
        Found found = find(id, waitSeconds(ctx));
        if (found instanceof Found.Finished(var result) && result.answer().isPresent()) {
            AnswerWriter.write(ctx, result);
            return;
        }
        ctx.header("Cache-Control", "no-store");
        switch (found) {
            case Found.Finished(var result) -> AnswerWriter.write(ctx, result);
            case Found.Queued queued ->
                    throw StatusView.hasExpired(queued, wall.instant())
                            ? Problems.expired(id.toString())
                            : Problems.notFinished(id.toString());
            case Found other -> throw problem(other);
        }
    }

    private Found find(RequestId id, int waitSeconds) {
        try {
            // first, so that a result that comes during the look-up is not missed
            Optional<Waiters.Waiter> waiter =
                    waitSeconds == 0 ? Optional.empty() : waiters.register(id.nonce());
            if (waiter.isEmpty()) {
                return lookup.find(id);
            }
            try (var waiting = waiter.get()) {
                Found found = lookup.find(id);
                if (!(found instanceof Found.Queued queued)
                        || StatusView.hasExpired(queued, wall.instant())) {
                    return found;
                }
                return waiting.await(TimeUnit.SECONDS.toNanos(waitSeconds))
                        .filter(result -> result.request().equals(id))
                        .<Found>map(Found.Finished::new)
                        .orElse(found);
            }
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
            case Found.Finished _, Found.Queued _ ->
                    throw new IllegalStateException("no problem: " + found);
        };
    }
}
