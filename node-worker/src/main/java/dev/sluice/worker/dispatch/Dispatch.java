package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.LedgerSnapshot;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ResultsRecord;
import dev.sluice.protocol.ShardFold;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.TicketId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The heart of a worker: the requests of its shards from the moment they are read until their
 * result is handed over to be recorded.
 *
 * <p>It decides and asks {@link Actions} to act. Not safe for use by several threads; time comes in
 * as an argument.
 */
public final class Dispatch {

    // A timer further away is looked at again when it is due: no overflow, whatever was asked.
    private static final Duration FAR = Duration.ofDays(1);

    private final DispatchSettings settings;
    private final Actions actions;
    private final Endings endings;
    private final Map<Integer, ShardState> shards = new TreeMap<>();
    private final Lanes lanes;
    private final Map<Long, Pending> byNumber = new HashMap<>();
    private final Map<Position, Pending> leftInFlight = new HashMap<>(); // of shards let go
    private final TreeSet<Pending> timers = new TreeSet<>(Pending.TIMER_FIRST);
    private long lastNumber;

    public Dispatch(String worker, DispatchSettings settings, RetryPolicy policy, Actions actions) {
        this.settings = settings;
        this.actions = actions;
        this.lanes = new Lanes(worker, settings.ticketsMax(), actions);
        this.endings = new Endings(worker, policy);
    }

    // --- shards ------------------------------------------------------------------------------

    /** The shard is ours; its fold knows the checkpoints and is about to read the results. */
    public void take(int shard, ShardFold fold) {
        if (shards.putIfAbsent(shard, new ShardState(fold)) != null) {
            throw new IllegalStateException("taken twice: " + shard);
        }
    }

    /**
     * Lets a shard go: tickets are taken back, and what is in flight goes on.
     *
     * @return what the next owner must wait for: what is in flight, whose results will still be
     *     recorded from here, and what former owners may have in flight, for their word may stand
     *     before the place that the next owner reads from
     */
    public List<RequestId> release(int shard) {
        ShardState state = shards.remove(shard);
        if (state == null) {
            return List.of();
        }
        var inFlight = new LinkedHashSet<RequestId>(state.held());
        for (Pending request : List.copyOf(state.pending())) {
            if (request.state() == Pending.State.IN_FLIGHT) {
                inFlight.add(request.id());
                leftInFlight.put(request.position(), request);
            } else {
                drop(request, false);
            }
        }
        lanes.fillAll();
        return List.copyOf(inFlight);
    }

    public ShardFold fold(int shard) {
        return shard(shard).fold;
    }

    /** Whether no more of this partition is to be read for now. */
    public boolean full(int shard, RequestsTopic topic) {
        ShardState state = shards.get(shard);
        if (state == null) {
            return true;
        }
        ShardState.Load load = state.load(topic);
        int owned = Math.max(1, shards.size());
        return load.requests >= Math.max(16, settings.bufferRequests() / owned)
                || load.bytes >= Math.max(1, settings.bufferBytes() / owned);
    }

    // --- what was read -----------------------------------------------------------------------

    /** A request was read from a shard of ours. */
    public void read(
            Position position, long appendedAtMs, RequestEvent event, long nowNanos, long nowMs) {
        ShardState shard = shard(position.shard());
        if (shard.fold.isDone(position.topic(), position.offset())
                || shard.find(position) != null) {
            return;
        }
        Pending still = leftInFlight.get(position);
        if (still != null && still.event().nonce().equals(event.nonce())) {
            leftInFlight.remove(position); // the shard is back, and it is still on its way
            shard.add(still);
            return;
        }
        var request = new Pending(++lastNumber, position, event, appendedAtMs);
        byNumber.put(request.number(), request);
        shard.add(request);
        Long heldUntil = shard.heldUntil(request.id());
        if (heldUntil != null && heldUntil - nowNanos > 0) {
            request.become(Pending.State.HELD);
            timer(request, heldUntil);
            return;
        }
        ready(request, nowNanos, nowMs);
    }

    /** A record stands in a requests topic that is no request: it gets a result all the same. */
    public void unreadable(
            Position position, long appendedAtMs, int bytes, String why, long nowMs) {
        if (!shard(position.shard()).fold.isDone(position.topic(), position.offset())) {
            actions.append(endings.unreadable(position, appendedAtMs, bytes, why, nowMs));
        }
    }

    /** A record of the results partition of a shard of ours was read. */
    public void results(int shardNumber, ResultsRecord entry, long nowNanos, long nowMs) {
        ShardState shard = shard(shardNumber);
        switch (shard.fold.apply(entry)) {
            case ShardFold.Step.First(ResultEvent result) -> done(shard, result.request());
            case ShardFold.Step.Superseded s -> {}
            case ShardFold.Step.Merged(LedgerSnapshot snapshot) -> {
                for (Pending request : List.copyOf(shard.pending())) {
                    Position position = request.position();
                    if (shard.fold.isDone(position.topic(), position.offset())) {
                        drop(request, false);
                    }
                }
                lanes.fillAll();
            }
            case ShardFold.Step.HeldBack(Held held) -> {
                Duration left = Duration.between(Instant.ofEpochMilli(nowMs), held.until());
                long until = nowNanos + nanos(left);
                for (RequestId id : held.requests()) {
                    held(shard, id, until, until - nowNanos > 0);
                }
            }
        }
    }

    private void held(ShardState shard, RequestId id, long until, boolean still) {
        Position position = id.position();
        if (shard.fold.isDone(position.topic(), position.offset())) {
            return;
        }
        if (still) {
            shard.hold(id, until);
        } else {
            shard.letGo(id);
        }
        Pending request = shard.find(position);
        if (request == null || !request.id().equals(id)) {
            return;
        }
        switch (request.state()) {
            case HELD -> timer(request, until);
            case READY, TICKETED -> {
                if (still) {
                    lanes.leave(request, false);
                    request.become(Pending.State.HELD);
                    timer(request, until);
                    lanes.fill(position.topic());
                }
            }
            case IN_FLIGHT, PARKED, GONE -> {}
        }
    }

    // --- grants and answers ------------------------------------------------------------------

    public void granted(Grant grant) {
        Pending request = byNumber.get(grant.ticket().number());
        if (request == null || request.state() != Pending.State.TICKETED) {
            // withdrawn while the grant was on its way
            var pool = grant.node().pool();
            actions.end(pool, grant, Gate.Ending.UNSENT);
            return;
        }
        lanes.leave(request, true);
        request.become(Pending.State.IN_FLIGHT);
        timers.remove(request); // it is started: its deadline does not matter any more
        actions.send(request, grant);
        lanes.fill(request.position().topic());
    }

    /** The gatehouse says that no node of the pool will ever take this body. */
    public void refused(TicketId ticket, long nowMs) {
        Pending request = byNumber.get(ticket.number());
        if (request != null && request.state() == Pending.State.TICKETED) {
            ResultEvent result = endings.tooLargeForPool(request, nowMs);
            drop(request, true);
            actions.append(result);
            lanes.fill(request.position().topic());
        }
    }

    /**
     * An attempt is over.
     *
     * @param random from 0 to below 1, for the jitter of the backoff
     * @return whether it failed and is left to another owner of its shard, which waits for it
     */
    public boolean ended(
            Pending request,
            Grant grant,
            Attempt attempt,
            AttemptOutcome outcome,
            double random,
            long nowNanos,
            long nowMs) {
        actions.end(request.event().pool(), grant, Endings.gateEnding(outcome));
        if (outcome instanceof AttemptOutcome.Throttled throttled) {
            actions.close(
                    request.event().pool(),
                    grant.node().id(),
                    Duration.ofNanos(
                            nanos(throttled.retryAfter().orElse(RetryPolicy.DEFAULT_RETRY_AFTER))));
        }
        if (request.state() != Pending.State.IN_FLIGHT) {
            return false; // somebody else's result came first
        }
        return switch (endings.attempted(request, attempt, outcome, random, nowMs)) {
            case Endings.Step.Over(ResultEvent result) -> {
                forget(request);
                actions.append(result);
                yield false;
            }
            case Endings.Step.TryAgain(long waitNanos) -> {
                if (!ours(request)) {
                    forget(request);
                    yield true;
                }
                if (waitNanos > 0) {
                    request.become(Pending.State.PARKED);
                    timer(request, nowNanos + waitNanos);
                } else {
                    ready(request, nowNanos, nowMs);
                }
                yield false;
            }
        };
    }

    // --- time --------------------------------------------------------------------------------

    /** When {@link #tick} has something to do. */
    public OptionalLong nextTimer() {
        return timers.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(timers.first().timerNanos());
    }

    /** Does what is due: parked requests go back to their place, deadlines pass. */
    public void tick(long nowNanos, long nowMs) {
        while (!timers.isEmpty() && timers.first().timerNanos() - nowNanos <= 0) {
            Pending request = timers.removeFirst();
            switch (request.state()) {
                case PARKED -> ready(request, nowNanos, nowMs);
                case HELD -> {
                    shard(request.position().shard()).letGo(request.id());
                    ready(request, nowNanos, nowMs);
                }
                case READY, TICKETED -> expireIfPassed(request, nowNanos, nowMs);
                case IN_FLIGHT, GONE -> {}
            }
        }
    }

    /** While results cannot be written, nothing more is asked for. */
    public void pause(boolean pause) {
        lanes.pause(pause);
    }

    /** Requests in memory, by state. */
    public Map<String, Integer> figures() {
        var figures = new TreeMap<String, Integer>();
        byNumber.values()
                .forEach(
                        request ->
                                figures.merge(
                                        request.state().name().toLowerCase(java.util.Locale.ROOT),
                                        1,
                                        Integer::sum));
        return figures;
    }

    /** Requests on their way to a node, those of shards let go included. */
    public List<RequestId> inFlight() {
        var inFlight = new ArrayList<RequestId>();
        for (Pending request : byNumber.values()) {
            if (request.state() == Pending.State.IN_FLIGHT) {
                inFlight.add(request.id());
            }
        }
        return inFlight;
    }

    // --- inside ------------------------------------------------------------------------------

    private void ready(Pending request, long nowNanos, long nowMs) {
        if (request.state() != Pending.State.READY) {
            request.become(Pending.State.READY);
        }
        lanes.add(request);
        if (!expireIfPassed(request, nowNanos, nowMs)) {
            lanes.fill(request.position().topic());
        }
    }

    /** Whether its deadline has passed; if it has one that has not, a timer is set. */
    private boolean expireIfPassed(Pending request, long nowNanos, long nowMs) {
        if (request.event().deadline().isEmpty()) {
            return false;
        }
        Instant deadline =
                Instant.ofEpochMilli(request.appendedAtMs()).plus(request.event().deadline().get());
        Duration left = Duration.between(Instant.ofEpochMilli(nowMs), deadline);
        if (left.isPositive()) {
            timer(request, nowNanos + nanos(left));
            return false;
        }
        ResultEvent result = endings.expired(request, nowMs);
        forget(request);
        actions.append(result);
        return true;
    }

    private void done(ShardState shard, RequestId id) {
        shard.letGo(id);
        Pending request = shard.find(id.position());
        if (request != null && request.event().nonce().equals(id.nonce())) {
            forget(request);
        }
    }

    private void forget(Pending request) {
        drop(request, false);
        lanes.fill(request.position().topic());
    }

    /** Drops it from everything; its ticket is taken back, unless the gatehouse has dropped it. */
    private void drop(Pending request, boolean ticketIsGone) {
        lanes.leave(request, ticketIsGone);
        request.become(Pending.State.GONE);
        timers.remove(request);
        byNumber.remove(request.number());
        leftInFlight.remove(request.position(), request);
        if (ours(request)) {
            shard(request.position().shard()).remove(request);
        }
    }

    private static long nanos(Duration duration) {
        Duration bounded = duration.compareTo(FAR) > 0 ? FAR : duration;
        return bounded.isNegative() ? 0 : bounded.toNanos();
    }

    /** Whether it still belongs to a shard of ours: the shard may have gone, and even come back. */
    private boolean ours(Pending request) {
        ShardState shard = shards.get(request.position().shard());
        return shard != null && shard.find(request.position()) == request;
    }

    private void timer(Pending request, long atNanos) {
        timers.remove(request);
        request.timerNanos(atNanos);
        timers.add(request);
    }

    private ShardState shard(int number) {
        ShardState shard = shards.get(number);
        if (shard == null) {
            throw new IllegalStateException("not ours: shard " + number);
        }
        return shard;
    }
}
