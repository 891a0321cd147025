package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.Nonces;
import dev.sluice.chassis.kafka.PoolDepths;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.replay.Pace;
import dev.sluice.replay.Rate;
import dev.sluice.replay.ReplayOrder;
import dev.sluice.replay.ReplayProgress;
import dev.sluice.replay.ReplayProgress.Counts;
import dev.sluice.replay.ReplayProgress.State;
import dev.sluice.replay.ReplayTimes;
import dev.sluice.replay.Replayed;
import dev.sluice.replay.Room;
import dev.sluice.replay.Wish;
import dev.sluice.replay.kafka.ProgressWriter.Written;
import dev.sluice.replay.kafka.RequestWalk.Step;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One run of a replay, from where it stands to its end or until somebody says otherwise; one
 * thread's, but for the asking and the looking.
 *
 * <p>Once a second it waits until all that it sent is acknowledged, and writes its progress: a sign
 * of life, and proof that nobody has taken the replay over. Without it nothing more is sent.
 */
public final class ReplayRun implements AutoCloseable {

    /** How a run ended. */
    public sealed interface Ended {

        /** As its progress says, which stands in the topic. */
        record Settled(ReplayProgress progress) implements Ended {}

        /** Another one has taken the replay over; nothing more is sent here. */
        record TakenOver() implements Ended {}

        /** The broker does not take the progress; whoever goes on looks what was sent. */
        record Broken(String why) implements Ended {}
    }

    /**
     * What it works with while it runs.
     *
     * @param rooms how much of each pool's queue it may fill
     */
    public record Surroundings(PoolDepths depths, Function<PoolName, Room> rooms) {}

    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Replays.Parts parts;
    private final ReplayTable table;
    private final QueueShare share;
    private final ProgressWriter writer;
    private final ReplayOrder order;
    private final Set<RequestId> alreadySent;
    private final RequestWalk walk;
    private final Appends appends;
    private final Nonces nonces = new Nonces();
    private final Pace pace;
    private volatile ReplayProgress progress; // as it was written last
    private volatile Counts counts;
    private volatile String waitsFor = "";
    private volatile @Nullable State asked;
    private @Nullable Ended ended;
    private Optional<Instant> reached;
    private long signedNanos;

    /**
     * A run.
     *
     * @param progress stands in the topic: it is running, and ours
     * @param alreadySent originals that need not be sent, beyond what the progress knows
     */
    ReplayRun(
            Replays.Parts parts,
            ReplayTable table,
            Pools pools,
            ProgressWriter writer,
            Surroundings around,
            ReplayProgress progress,
            Set<RequestId> alreadySent) {
        this.parts = parts;
        this.table = table;
        this.writer = writer;
        this.order = progress.order();
        this.progress = progress;
        this.counts = progress.counts();
        this.reached = progress.reached();
        this.alreadySent = alreadySent;
        this.signedNanos = parts.nanos().nanoTime();
        this.pace = new Pace(progress.rate().flatMap(Rate::parse), signedNanos);
        this.share = new QueueShare(pools, around);
        this.walk =
                new RequestWalk(
                        parts.clients(),
                        parts.admin(),
                        order.selection(),
                        Partitions.parse(progress.source()),
                        reached.or(() -> order.selection().from()).orElse(Instant.EPOCH),
                        order.selection().to().orElse(progress.startedAt()),
                        this::isOver);
        this.appends = new Appends(parts.clients(), Partitions.parse(progress.target()));
    }

    /** The replay's name. */
    public String name() {
        return progress.name();
    }

    /** As it was written last: for who has just started it, whose look at the topic may miss it. */
    public ReplayProgress progress() {
        return progress;
    }

    /** So far, what is not acknowledged yet included. */
    public Counts counts() {
        return counts;
    }

    /** What it waits for, in words for people; empty while it does not wait. */
    public String waitsFor() {
        return waitsFor;
    }

    /** Has it end soon, in this state; {@code RUNNING}: another one is to go on with it. */
    public void end(State state) {
        asked = state;
    }

    /** Runs; returns when it has ended. */
    public Ended run() throws InterruptedException {
        try {
            while (!isOver() && !isComplete()) {
                switch (walk.next()) {
                    case Step.NotYet n -> waitsFor = "";
                    case Step.Nothing n -> {
                        return settle(State.DONE);
                    }
                    case Step.Passed p -> looked();
                    case Step.Met met -> met(met);
                }
            }
        } catch (LogReadException e) {
            return ended != null ? ended : fail(String.valueOf(e.getMessage()), true);
        }
        if (ended != null) {
            return ended;
        }
        State state = asked;
        return settle(state == null ? State.DONE : state);
    }

    /** Signs when it is time; then whether the run has to end. */
    private boolean isOver() {
        long now = parts.nanos().nanoTime();
        if (ended == null && now - signedNanos >= ReplayTimes.SIGN_EVERY.toNanos()) {
            sign(now);
        }
        return ended != null || asked != null;
    }

    private boolean isComplete() {
        return order.max().filter(max -> counts.sent() >= max).isPresent();
    }

    private void met(Step.Met met) throws InterruptedException {
        int bodyBytes = met.event().body().size();
        if (order.selection().hasEnd(met.end())) {
            if (!alreadySent.remove(met.id())) {
                RequestsTopic target = order.target(met.id().position().topic());
                if (!awaitTurn(target.pool(), bodyBytes)) {
                    return; // it is still to be sent, by whoever goes on
                }
                send(met, target);
            }
            counts = counts.plusSent(bodyBytes);
        }
        walk.passed();
        reached = Optional.of(met.at());
        looked();
    }

    private void send(Step.Met met, RequestsTopic target) {
        var event =
                Replayed.of(
                        met.event(),
                        met.id(),
                        progress.name(),
                        target.pool(),
                        nonces.next(),
                        parts.wall().instant());
        appends.send(target, event);
        share.appended(target.pool(), event.body().size());
        pace.went(parts.nanos().nanoTime());
    }

    /** Waits for its turn; false if the run has to end before. */
    private boolean awaitTurn(PoolName pool, int bodyBytes) throws InterruptedException {
        while (!isOver()) {
            long paced = pace.waitNanos(parts.nanos().nanoTime());
            boolean room = share.hasRoom(pool, bodyBytes);
            waitsFor = room ? "" : "room in the queue of pool %s".formatted(pool);
            if (paced == 0 && room && maySend()) {
                return true;
            }
            TimeUnit.NANOSECONDS.sleep(room ? Math.min(paced, REST_NANOS) : REST_NANOS);
        }
        return false;
    }

    /** Asked last before it sends: a process may have stood still since the look at the time. */
    private boolean maySend() {
        return parts.nanos().nanoTime() - signedNanos < ReplayTimes.SENDS_FOR.toNanos();
    }

    private void looked() {
        long read = counts.toRead() - walk.leftCount();
        counts = new Counts(counts.toRead(), read, counts.sent(), counts.bytes());
    }

    private void sign(long now) {
        appends.flush();
        if (appends.failure().isPresent()) {
            ended = fail(appends.failure().get(), false);
            return;
        }
        share.look();
        table.wish(name()).map(Wish::state).ifPresent(state -> asked = state);
        ended = write(now(State.RUNNING, Optional.of(parts.owner()), false)).orElse(null);
        signedNanos = now;
    }

    private Ended settle(State state) {
        appends.flush();
        if (appends.failure().isPresent()) {
            return fail(appends.failure().get(), false);
        }
        ReplayProgress last = now(state, Optional.empty(), true);
        return write(last).orElseGet(() -> new Ended.Settled(last));
    }

    /**
     * Ends by a failure.
     *
     * @param known whether all that was sent is acknowledged; else it goes on from the last sign
     */
    private Ended fail(String why, boolean known) {
        if (known) {
            appends.flush();
        }
        boolean settled = known && appends.failure().isEmpty();
        ReplayProgress from =
                settled ? now(State.FAILED, Optional.empty(), true) : progress.put(State.FAILED);
        ReplayProgress last = from.failed(why);
        return write(last).orElseGet(() -> new Ended.Settled(last));
    }

    private ReplayProgress now(State state, Optional<String> owner, boolean settled) {
        return progress.at(
                state,
                owner,
                parts.wall().instant(),
                settled,
                Partitions.text(walk.left()),
                appends.ends(),
                reached,
                counts);
    }

    private Optional<Ended> write(ReplayProgress next) {
        return switch (writer.write(next, false)) {
            case Written.Done d -> {
                progress = next;
                yield Optional.empty();
            }
            case Written.Fenced f -> Optional.of(new Ended.TakenOver());
            case Written.Unknown(String why) -> Optional.of(new Ended.Broken(why));
        };
    }

    /** Lets its clients go; after the run. */
    @Override
    public void close() {
        walk.close();
        appends.close();
        writer.close();
    }
}
