package dev.sluice.worker.kafka;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.dispatch.Actions;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.Dispatch;
import dev.sluice.worker.dispatch.Pending;
import dev.sluice.worker.dispatch.RetryPolicy;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.http.Links;
import dev.sluice.worker.keeper.FleetLink;
import dev.sluice.worker.keeper.NearClient;
import dev.sluice.worker.keeper.Permit;
import dev.sluice.worker.trace.RequestSpans;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The loop of one worker: one thread that owns all mutable state of its shards.
 *
 * <p>It reads, drains its mailbox, asks the dispatch what to do, and does it. Everything else that
 * happens (grants, answers, acknowledgements, rebalances) posts to the mailbox.
 */
final class WorkerLoop implements Actions, FleetLink.Receiver, Runnable {

    // how long it sleeps when nothing happens: bounds how late checkpoints and topics are seen to
    private static final Duration IDLE = Duration.ofMillis(200);
    // results on their way to the log; beyond this nothing more is sent until the log takes them
    private static final long UNACKNOWLEDGED_MAX_BYTES = 64L * 1024 * 1024;

    private final LoopParts parts;
    private final NanoClock nanos;
    private final InstantSource wall;
    private final Optional<RequestSpans> spans;
    private final Links links;
    private final FleetLink link;
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final Mailbox mailbox;
    private final Dispatch dispatch;
    private final Attempts attempts;
    private final ResultAppender appender;
    private final Intake intake;
    private final CheckpointWriter checkpoints;
    private final OwnedShards shards;
    private final Takeover takeover;
    private final Trimmer trimmer;
    private volatile @Nullable Thread thread;
    private boolean stopped;
    private OptionalLong lookedAtNanos = OptionalLong.empty();
    private volatile LoopFigures figures = LoopFigures.NONE;

    WorkerLoop(String worker, WorkerLimits limits, LoopParts parts) {
        this.parts = parts;
        this.nanos = parts.nanos();
        this.wall = parts.wall();
        this.spans = parts.spans();
        this.consumer = parts.consumer();
        this.mailbox = new Mailbox(this::wake);
        Links.Here here = parts.here();
        this.links =
                new Links(
                        here,
                        worker,
                        NearClient.open(
                                client -> here.keeper().open(worker, client), this::post, nanos),
                        this::post);
        this.link = new FleetLink(this, links, parts.lease(), limits.grantAge());
        this.dispatch =
                new Dispatch(worker, limits.memory(), new RetryPolicy(limits.retry()), this);
        this.attempts =
                new Attempts(parts.sender()::send, limits.requestTimeout(), parts.metrics());
        this.appender = new ResultAppender(parts.producer(), mailbox, parts.metrics(), nanos);
        this.intake = new Intake(parts.consumer(), dispatch, nanos, wall);
        this.checkpoints =
                new CheckpointWriter(
                        worker, parts.consumer(), intake, dispatch, appender, nanos, wall);
        this.shards =
                new OwnedShards(
                        worker,
                        limits.requestTimeout(),
                        dispatch,
                        intake,
                        checkpoints,
                        appender,
                        wall);
        this.trimmer = parts.trimmer();
        this.takeover = new Takeover(parts.source(), mailbox, shards::taken, shards::found);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!stopped) {
            mailbox.drain();
            dispatch.tick(nanos.nanoTime(), wall.millis());
            dispatch.pause(appender.unacknowledgedBytes() > UNACKNOWLEDGED_MAX_BYTES);
            checkpoints.writeDue();
            trimmer.trimDue(intake.shards(), nanos.nanoTime(), wall.instant());
            takeover.lookForTopics(intake.servedEverywhere(), nanos.nanoTime());
            boolean sleep = mailbox.fallAsleep();
            intake.poll(sleep ? untilNext() : Duration.ZERO);
            mailbox.awake();
            lookAround();
        }
    }

    private void lookAround() {
        long now = nanos.nanoTime();
        attempts.look(link::out, now);
        if (lookedAtNanos.isEmpty() || now - lookedAtNanos.getAsLong() > IDLE.toNanos()) {
            lookedAtNanos = OptionalLong.of(now);
            link.reroute(now);
            figures = LoopFigures.of(intake, dispatch, appender);
        }
    }

    private Duration untilNext() {
        OptionalLong next = dispatch.nextTimer();
        if (next.isEmpty()) {
            return IDLE;
        }
        long left = Math.max(0, next.getAsLong() - nanos.nanoTime());
        return left < IDLE.toNanos() ? Duration.ofNanos(left) : IDLE;
    }

    /** Ends the loop's sleep, with or without shards. */
    private void wake() {
        consumer.wakeup();
        LockSupport.unpark(thread);
    }

    // --- from other threads --------------------------------------------------------------------

    LoopFigures figures() {
        return figures;
    }

    Links links() {
        return links;
    }

    /** A keeper has something to say, or can be reached another way. */
    private void post(Consumer<FleetLink> what) {
        mailbox.post(() -> what.accept(link));
    }

    /** Other workers have announced something. */
    void routesChanged() {
        mailbox.post(() -> link.reroute(nanos.nanoTime()));
    }

    /** These shards are ours from now on. */
    void assigned(Collection<Integer> gained) {
        mailbox.post(
                () -> {
                    link.reroute(nanos.nanoTime());
                    takeover.begin(gained, shards.assigned(gained));
                });
    }

    /** Lets these go alive; completes when the log has all that their next owner must know. */
    CompletableFuture<Void> release(Collection<Integer> gone) {
        var released = new CompletableFuture<Void>();
        mailbox.post(() -> shards.release(gone, () -> released.complete(null)));
        return released;
    }

    /** These are another's already: nothing more may be said about them. */
    void lost(Collection<Integer> gone) {
        mailbox.post(() -> shards.lost(gone));
    }

    /** Completes when nothing is in flight and the log has every result. */
    CompletableFuture<Void> drained() {
        return Drain.begin(dispatch, appender, mailbox);
    }

    /**
     * Gives up what is in flight: its next owner need not wait for it. Completes when the log has
     * it.
     */
    CompletableFuture<Void> giveUp() {
        var given = new CompletableFuture<Void>();
        mailbox.post(() -> shards.giveUp(() -> given.complete(null)));
        return given;
    }

    /** Ends the loop. */
    void stop() {
        mailbox.post(
                () -> {
                    stopped = true;
                    links.close();
                });
    }

    // --- grants --------------------------------------------------------------------------------

    @Override
    public void granted(Grant grant) {
        dispatch.granted(grant, wall.millis());
    }

    @Override
    public void refused(TicketId ticket) {
        dispatch.refused(ticket, wall.millis());
    }

    // --- what the dispatch wants done ----------------------------------------------------------

    @Override
    public void handIn(PoolName pool, Ticket ticket) {
        link.handIn(pool, ticket, nanos.nanoTime());
    }

    @Override
    public void withdraw(PoolName pool, TicketId ticket) {
        link.withdraw(pool, ticket, nanos.nanoTime());
    }

    @Override
    public void end(PoolName pool, Grant grant, Gate.Ending ending) {
        link.ended(pool, grant.id(), ending, nanos.nanoTime());
    }

    @Override
    public void close(PoolName pool, String node, Duration wait) {
        link.closeFor(pool, node, wait, nanos.nanoTime());
    }

    @Override
    public void append(Ending ending) {
        appender.append(ending, () -> {});
    }

    @Override
    public void append(Pending request, Ending ending) {
        appender.append(ending, spans.map(s -> s.result(request, ending)).orElse(() -> {}));
    }

    @Override
    public void claim(int shard, KeyClaim claim) {
        appender.append(shard, claim);
    }

    @Override
    public void send(Pending request, Grant grant) {
        var span = spans.map(s -> s.attempt(request, grant.node()));
        Permit permit = link.permit(grant);
        var sending =
                new Sending(
                        request,
                        grant,
                        permit,
                        span,
                        mailbox,
                        wall,
                        parts.metrics(),
                        this::attempted);
        attempts.begin(request, grant, sending, nanos.nanoTime());
    }

    private void attempted(Pending request, Grant grant, Attempt attempt, AttemptOutcome outcome) {
        attempts.over(grant);
        boolean leftToOwner =
                dispatch.ended(
                        request,
                        grant,
                        attempt,
                        outcome,
                        parts.random().getAsDouble(),
                        nanos.nanoTime(),
                        wall.millis());
        if (leftToOwner) {
            shards.leave(request.id());
        }
    }
}
