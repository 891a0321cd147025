package dev.sluice.worker.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.worker.dispatch.Actions;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.Dispatch;
import dev.sluice.worker.dispatch.Pending;
import dev.sluice.worker.dispatch.RetryPolicy;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.http.NodeSender;
import dev.sluice.worker.keeper.GatehouseLink;
import dev.sluice.worker.keeper.GrantReceiver;
import dev.sluice.worker.keeper.LocalKeeper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The loop of one worker: one thread that owns all mutable state of its shards.
 *
 * <p>It reads, drains its mailbox, asks the dispatch what to do, and does it. Everything else that
 * happens (grants, answers, acknowledgements, rebalances) posts to the mailbox.
 */
final class WorkerLoop implements Actions, GrantReceiver, Runnable {

    // how long it sleeps when nothing happens: bounds how late checkpoints and topics are seen to
    private static final Duration IDLE = Duration.ofMillis(200);
    // results on their way to the log; beyond this nothing more is sent until the log takes them
    private static final long UNACKNOWLEDGED_MAX_BYTES = 64L * 1024 * 1024;
    // after the request time-out: for the answer's way into the log
    private static final Duration HELD_EXTRA = Duration.ofSeconds(1);
    private static final long DRAIN_LOOK_MS = 20;

    private final String worker;
    private final Duration requestTimeout;
    private final NodeSender sender;
    private final DoubleSupplier random;
    private final NanoClock nanos;
    private final InstantSource wall;
    private final LocalKeeper keeper;
    private final GatehouseLink link;
    private final Consumer<byte[], byte[]> consumer;
    private final Mailbox mailbox;
    private final Dispatch dispatch;
    private final ResultAppender appender;
    private final Intake intake;
    private final CheckpointWriter checkpoints;
    private final Takeover takeover;
    private final Trimmer trimmer;
    private final Map<Integer, Long> owned = new HashMap<>(); // shard to the assignment it came by
    private long assignments;
    private volatile @Nullable Thread thread;
    private boolean stopped;
    private OptionalLong figuresAtNanos = OptionalLong.empty();
    private volatile Figures figures = new Figures(List.of(), 0, Map.of(), 0, 0);

    /**
     * What a worker shows of itself.
     *
     * @param shards the shards that it reads
     * @param inFlight requests on their way to a node
     * @param requests in memory, by state
     * @param keys idempotency keys that are remembered
     * @param keysForgotten keys that were forgotten before their time, for want of room
     */
    public record Figures(
            List<Integer> shards,
            int inFlight,
            Map<String, Integer> requests,
            int keys,
            long keysForgotten) {}

    /** What a loop stands on. */
    record Parts(
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            Takeover.Source source,
            Trimmer trimmer,
            NodeSender sender,
            LocalKeeper keeper,
            DoubleSupplier random,
            NanoClock nanos,
            InstantSource wall) {}

    WorkerLoop(String worker, WorkerLimits limits, Parts parts) {
        this.worker = worker;
        this.requestTimeout = limits.requestTimeout();
        this.sender = parts.sender();
        this.random = parts.random();
        this.nanos = parts.nanos();
        this.wall = parts.wall();
        this.keeper = parts.keeper();
        this.consumer = parts.consumer();
        this.mailbox = new Mailbox(this::wake);
        this.link = keeper.join(worker, this);
        this.dispatch =
                new Dispatch(worker, limits.memory(), new RetryPolicy(limits.retry()), this);
        this.appender = new ResultAppender(parts.producer(), mailbox);
        this.intake = new Intake(parts.consumer(), dispatch, nanos, wall);
        this.checkpoints =
                new CheckpointWriter(
                        worker, parts.consumer(), intake, dispatch, appender, nanos, wall);
        this.trimmer = parts.trimmer();
        this.takeover = new Takeover(parts.source(), mailbox, this::taken, this::found);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!stopped) {
            mailbox.drain();
            dispatch.tick(nanos.nanoTime(), wall.millis());
            dispatch.pause(appender.unacknowledgedBytes() > UNACKNOWLEDGED_MAX_BYTES);
            checkpoints.writeDue();
            trimDue();
            takeover.lookForTopics(intake.servedEverywhere(), nanos.nanoTime());
            boolean sleep = mailbox.fallAsleep();
            intake.poll(sleep ? untilNext() : Duration.ZERO);
            mailbox.awake();
            showFigures();
        }
    }

    private void trimDue() {
        if (trimmer.due(nanos.nanoTime())) {
            var limits = new HashMap<TopicPartition, Long>();
            intake.shards().forEach(shard -> limits.putAll(shard.checkpointed));
            Instant now = wall.instant();
            Thread.startVirtualThread(() -> trimmer.trim(limits, now));
        }
    }

    private void showFigures() {
        long now = nanos.nanoTime();
        if (figuresAtNanos.isEmpty() || now - figuresAtNanos.getAsLong() > IDLE.toNanos()) {
            figuresAtNanos = OptionalLong.of(now);
            figures =
                    new Figures(
                            intake.shards().stream().map(shard -> shard.shard).toList(),
                            dispatch.inFlight().size(),
                            dispatch.figures(),
                            dispatch.keys(),
                            dispatch.keysForgotten());
        }
    }

    /** Ends the loop's sleep, with or without shards. */
    private void wake() {
        consumer.wakeup();
        LockSupport.unpark(thread);
    }

    Figures figures() {
        return figures;
    }

    // --- rebalances, from the membership's thread ----------------------------------------------

    /** These shards are ours from now on. */
    void assigned(Collection<Integer> shards) {
        mailbox.post(
                () -> {
                    long assignment = ++assignments;
                    shards.forEach(shard -> owned.put(shard, assignment));
                    keeper.owns(worker, owned.keySet());
                    takeover.begin(shards, assignment);
                });
    }

    /** Lets these go alive; completes when the log has all that their next owner must know. */
    CompletableFuture<Void> release(Collection<Integer> shards) {
        var released = new CompletableFuture<Void>();
        mailbox.post(() -> releaseNow(shards, released));
        return released;
    }

    /** These are another's already: nothing more may be said about them. */
    void lost(Collection<Integer> shards) {
        mailbox.post(
                () -> {
                    owned.keySet().removeAll(shards);
                    keeper.owns(worker, owned.keySet());
                    shards.forEach(dispatch::release);
                    intake.drop(shards);
                });
    }

    /** Completes when nothing is in flight and the log has every result. */
    CompletableFuture<Void> drained() {
        var drained = new CompletableFuture<Void>();
        mailbox.post(() -> checkDrained(drained));
        return drained;
    }

    /**
     * Gives up what is in flight: its next owner need not wait for it. Completes when the log has
     * it.
     */
    CompletableFuture<Void> giveUp() {
        var given = new CompletableFuture<Void>();
        mailbox.post(
                () -> {
                    var byShard = new TreeMap<Integer, List<RequestId>>();
                    for (RequestId id : dispatch.inFlight()) {
                        byShard.computeIfAbsent(id.position().shard(), s -> new ArrayList<>())
                                .add(id);
                    }
                    var writes = new Countdown(() -> given.complete(null));
                    byShard.forEach((shard, ids) -> hold(shard, wall.instant(), ids, writes.one()));
                    writes.begun();
                });
        return given;
    }

    /** Ends the loop. */
    void stop() {
        mailbox.post(
                () -> {
                    stopped = true;
                    link.close();
                });
    }

    private void checkDrained(CompletableFuture<Void> drained) {
        if (dispatch.inFlight().isEmpty() && appender.unacknowledged() == 0) {
            drained.complete(null);
        } else {
            CompletableFuture.delayedExecutor(DRAIN_LOOK_MS, TimeUnit.MILLISECONDS)
                    .execute(() -> mailbox.post(() -> checkDrained(drained)));
        }
    }

    private void releaseNow(Collection<Integer> shards, CompletableFuture<Void> released) {
        owned.keySet().removeAll(shards);
        keeper.owns(worker, owned.keySet());
        var writes = new Countdown(() -> released.complete(null));
        for (ShardIntake shard : List.copyOf(intake.shards())) {
            if (shards.contains(shard.shard)) {
                checkpoints.writeLast(shard, writes.one());
                List<RequestId> inFlight = dispatch.release(shard.shard);
                if (!inFlight.isEmpty()) {
                    Instant until = wall.instant().plus(requestTimeout).plus(HELD_EXTRA);
                    hold(shard.shard, until, inFlight, writes.one());
                }
            }
        }
        intake.drop(shards);
        writes.begun();
    }

    private void hold(int shard, Instant until, List<RequestId> requests, Runnable then) {
        var held = new Held(shard, until, requests);
        appender.append(shard, ResultsCodec.encode(held, worker, wall.instant()), then);
    }

    private void taken(Takeover.Known known) {
        for (int shard : known.shards()) {
            // since it was asked for, it may have gone, or gone and come back
            if (Objects.equals(owned.get(shard), known.assignment())) {
                long claimsFrom = Objects.requireNonNull(known.claimsFrom().get(shard));
                intake.take(shard, known.topics(), known.state(), claimsFrom);
            }
        }
    }

    private void found(RequestsTopic topic, Checkpoints state) {
        List.copyOf(intake.shards()).forEach(shard -> intake.adopt(shard.shard, topic, state));
    }

    private Duration untilNext() {
        OptionalLong next = dispatch.nextTimer();
        if (next.isEmpty()) {
            return IDLE;
        }
        long left = Math.max(0, next.getAsLong() - nanos.nanoTime());
        return left < IDLE.toNanos() ? Duration.ofNanos(left) : IDLE;
    }

    // --- grants, from the keeper's or any thread -----------------------------------------------

    @Override
    public void granted(Grant grant) {
        mailbox.post(() -> dispatch.granted(grant, wall.millis()));
    }

    @Override
    public void refused(TicketId ticket) {
        mailbox.post(() -> dispatch.refused(ticket, wall.millis()));
    }

    // --- what the dispatch wants done ----------------------------------------------------------

    @Override
    public void handIn(PoolName pool, Ticket ticket) {
        link.handIn(pool, ticket);
    }

    @Override
    public void withdraw(PoolName pool, TicketId ticket) {
        link.withdraw(pool, ticket);
    }

    @Override
    public void end(PoolName pool, Grant grant, Gate.Ending ending) {
        link.ended(pool, grant.id(), ending);
    }

    @Override
    public void close(PoolName pool, String node, Duration wait) {
        link.closeFor(pool, node, wait);
    }

    @Override
    public void append(Ending ending) {
        appender.append(ending);
    }

    @Override
    public void claim(int shard, KeyClaim claim) {
        appender.append(shard, claim);
    }

    @Override
    public void send(Pending request, Grant grant) {
        Instant granted = wall.instant();
        sender.send(
                grant.node(),
                request,
                new NodeSender.Listener() {
                    private volatile Instant started = granted;

                    @Override
                    public void written(long atNanos) {
                        started = wall.instant();
                        link.written(request.event().pool(), grant.id(), atNanos);
                    }

                    @Override
                    public void ended(AttemptOutcome outcome) {
                        var attempt =
                                new Attempt(
                                        grant.node().id(), started, wall.instant(), word(outcome));
                        mailbox.post(() -> attempted(request, grant, attempt, outcome));
                    }
                });
    }

    private void attempted(Pending request, Grant grant, Attempt attempt, AttemptOutcome outcome) {
        boolean leftToOwner =
                dispatch.ended(
                        request,
                        grant,
                        attempt,
                        outcome,
                        random.getAsDouble(),
                        nanos.nanoTime(),
                        wall.millis());
        if (leftToOwner) {
            hold(request.position().shard(), wall.instant(), List.of(request.id()), () -> {});
        }
    }

    private static String word(AttemptOutcome outcome) {
        return switch (outcome) {
            case AttemptOutcome.Delivered d -> Integer.toString(d.answer().status());
            case AttemptOutcome.Throttled t -> Integer.toString(t.answer().status());
            case AttemptOutcome.TimedOut t -> "timeout";
            case AttemptOutcome.Unreachable u -> u.written() ? "connection_lost" : "no_connection";
            case AttemptOutcome.TooLate t -> "too_late";
            case AttemptOutcome.TooLarge t -> "response_too_large";
            case AttemptOutcome.Garbled g -> "bad_response";
        };
    }
}
