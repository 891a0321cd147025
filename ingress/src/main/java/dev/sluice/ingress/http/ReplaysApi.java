package dev.sluice.ingress.http;

import dev.sluice.chassis.http.AdminToken;
import dev.sluice.chassis.http.Problem;
import dev.sluice.chassis.http.ProblemException;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.ReadProgress;
import dev.sluice.protocol.ReplayOf;
import dev.sluice.replay.DryRunView;
import dev.sluice.replay.ReplayOrder;
import dev.sluice.replay.ReplayProgress;
import dev.sluice.replay.ReplayProgress.State;
import dev.sluice.replay.ReplayStart;
import dev.sluice.replay.ReplayView;
import dev.sluice.replay.Totals;
import dev.sluice.replay.Wish;
import dev.sluice.replay.kafka.NotInLogException;
import dev.sluice.replay.kafka.ReplayHost;
import dev.sluice.replay.kafka.ReplayRun;
import dev.sluice.replay.kafka.Replays.Started;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code /replays}: replays are tried, started, looked at, paused and stopped; all by the token.
 */
public final class ReplaysApi {

    private static final OptionalLong SOON = OptionalLong.of(2);

    private final ReplayHost host;
    private final AdminToken token;
    private final InstantSource wall;

    public ReplaysApi(ReplayHost host, AdminToken token, InstantSource wall) {
        this.host = host;
        this.token = token;
        this.wall = wall;
    }

    void routes(JavalinConfig config) {
        config.routes.post("/replays", ctx -> guarded(ctx, this::post));
        config.routes.get("/replays", ctx -> guarded(ctx, this::list));
        config.routes.get("/replays/{name}", ctx -> guarded(ctx, this::one));
        config.routes.post("/replays/{name}/pause", ctx -> guarded(ctx, c -> end(c, Wish.PAUSE)));
        config.routes.post("/replays/{name}/resume", ctx -> guarded(ctx, this::resume));
        config.routes.delete("/replays/{name}", ctx -> guarded(ctx, c -> end(c, Wish.STOP)));
    }

    /** What may find the log away, or be interrupted. */
    private interface Call {
        void on(Context ctx) throws LogReadException, InterruptedException;
    }

    private void guarded(Context ctx, Call call) {
        token.require(ctx);
        ctx.header("Cache-Control", "no-store");
        try {
            call.on(ctx);
        } catch (NotInLogException e) {
            throw invalid(List.of(String.valueOf(e.getMessage())));
        } catch (LogReadException e) {
            throw Problems.logUnreachable(e.getMessage() + ".");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problems.closing();
        }
    }

    private void post(Context ctx) throws LogReadException, InterruptedException {
        Instant now = wall.instant().truncatedTo(ChronoUnit.MILLIS); // as Kafka counts
        switch (ReplayBody.parse(ctx.body(), now)) {
            case ReplayBody.NotJson(String why) ->
                    throw new ProblemException(
                            new Problem(
                                    400, "not_json", "Not JSON", "Nothing was done: " + why + "."));
            case ReplayBody.Invalid(List<String> problems) -> throw invalid(problems);
            case ReplayBody.Valid valid -> {
                if (valid.dryRun()) {
                    dryRun(ctx, valid, now);
                } else {
                    requireRoom();
                    start(ctx, valid);
                }
            }
        }
    }

    private void dryRun(Context ctx, ReplayBody.Valid valid, Instant now)
            throws LogReadException, InterruptedException {
        ReplayOrder order = valid.draft().order(now);
        Totals totals = host.replays().dryRun(order, ReadProgress.NONE);
        ctx.json(DryRunView.of(totals, order.priority(), host.replays().pools(), valid.rate()));
    }

    private void start(Context ctx, ReplayBody.Valid valid)
            throws LogReadException, InterruptedException {
        boolean there = host.replays().find(valid.name()).isPresent();
        answer(
                ctx,
                valid.name(),
                there ? 200 : 201,
                host.start(valid.name(), Optional.of(valid.draft()), valid.rate()));
    }

    private void resume(Context ctx) throws LogReadException, InterruptedException {
        String name = known(ctx).name();
        requireRoom();
        answer(ctx, name, 200, host.start(name, Optional.empty(), Optional.empty()));
    }

    private void answer(Context ctx, String name, int status, Started started) {
        switch (started) {
            case Started.Refused(ReplayStart.Kind kind, String why) -> throw refused(kind, why);
            case Started.Done(ReplayProgress progress) -> ctx.json(ReplayView.of(progress));
            case Started.Ready(ReplayRun run) -> {
                ctx.status(status);
                ctx.header("Location", "/replays/" + name);
                ctx.json(ReplayView.of(run.progress()));
            }
        }
    }

    private void list(Context ctx) {
        ctx.json(
                Map.of(
                        "replays",
                        host.replays().all().values().stream().map(ReplayView::of).toList()));
    }

    private void one(Context ctx) throws LogReadException, InterruptedException {
        ctx.json(ReplayView.of(known(ctx)));
    }

    private void end(Context ctx, Wish wish) throws LogReadException, InterruptedException {
        String name = known(ctx).name();
        ReplayProgress after = host.end(name, wish).orElseThrow(ReplaysApi::unknown);
        ctx.status(after.state() == State.RUNNING ? 202 : 200);
        ctx.json(ReplayView.of(after));
    }

    private ReplayProgress known(Context ctx) throws LogReadException, InterruptedException {
        String name = ctx.pathParam("name");
        if (!ReplayOf.isName(name)) {
            throw unknown();
        }
        return host.replays().find(name).orElseThrow(ReplaysApi::unknown);
    }

    private void requireRoom() {
        if (host.isFull()) {
            throw new ProblemException(
                    new Problem(
                            429,
                            "too_many_replays",
                            "Too many replays",
                            "This ingress runs %d replays, which is the most; nothing was started."
                                    .formatted(ReplayHost.RUNS_MAX)),
                    OptionalLong.of(60));
        }
    }

    private static ProblemException unknown() {
        return new ProblemException(
                new Problem(
                        404,
                        "unknown_replay",
                        "Unknown replay",
                        "There is no replay of this name; GET /replays lists those there are."));
    }

    private static ProblemException invalid(List<String> problems) {
        return new ProblemException(
                new Problem(
                        422,
                        "invalid_replay",
                        "Invalid replay",
                        "Nothing was started: " + String.join("; ", problems) + ".",
                        Map.of("problems", problems)));
    }

    private static ProblemException refused(ReplayStart.Kind kind, String why) {
        String detail = Character.toUpperCase(why.charAt(0)) + why.substring(1) + ".";
        return switch (kind) {
            case UNKNOWN -> unknown();
            case UNDER_WAY ->
                    new ProblemException(
                            new Problem(409, "replay_under_way", "Replay under way", detail), SOON);
            case OTHER_SELECTION ->
                    new ProblemException(
                            new Problem(409, "replay_differs", "Another replay", detail));
        };
    }
}
