package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ShardFold;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The requests that a worker has in memory, by shard, number and timer: they come in and leave in
 * all of these at once.
 */
final class Requests {

    private final DispatchSettings settings;
    private final Lanes lanes;
    private final Map<Integer, ShardState> shards = new TreeMap<>();
    private final Map<Long, Pending> byNumber = new HashMap<>();
    private final Map<Position, Pending> leftInFlight = new HashMap<>(); // of shards let go
    private final TreeSet<Pending> timers = new TreeSet<>(Pending.TIMER_FIRST);
    private long lastNumber;

    Requests(DispatchSettings settings, Lanes lanes) {
        this.settings = settings;
        this.lanes = lanes;
    }

    void take(int shard, ShardFold fold) {
        if (shards.putIfAbsent(shard, new ShardState(fold)) != null) {
            throw new IllegalStateException("taken twice: " + shard);
        }
    }

    /** Lets a shard go; what is in flight goes on, and is what its next owner must wait for. */
    List<RequestId> release(int shard) {
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

    /** A shard of ours. */
    ShardState shard(int number) {
        ShardState shard = shards.get(number);
        if (shard == null) {
            throw new IllegalStateException("not ours: shard " + number);
        }
        return shard;
    }

    boolean full(int shard, RequestsTopic topic) {
        ShardState state = shards.get(shard);
        if (state == null) {
            return true;
        }
        ShardState.Load load = state.load(topic);
        int owned = Math.max(1, shards.size());
        return load.requests >= Math.max(16, settings.bufferRequests() / owned)
                || load.bytes >= Math.max(1, settings.bufferBytes() / owned);
    }

    /** A request that was read comes in. */
    Pending enter(ShardState shard, Position position, RequestEvent event, long appendedAtMs) {
        var request = new Pending(++lastNumber, position, event, appendedAtMs);
        byNumber.put(request.number(), request);
        shard.add(request);
        return request;
    }

    /** Whether it is still on its way since the shard was ours before; then it belongs to it. */
    boolean comesBack(ShardState shard, Position position, RequestEvent event) {
        Pending still = leftInFlight.get(position);
        if (still == null || !still.event().nonce().equals(event.nonce())) {
            return false;
        }
        leftInFlight.remove(position);
        shard.add(still);
        return true;
    }

    /** The request with this number that stands there. */
    Optional<Pending> find(long number, Pending.State state) {
        return Optional.ofNullable(byNumber.get(number))
                .filter(request -> request.state() == state);
    }

    /** Whether it still belongs to a shard of ours: the shard may have gone, and even come back. */
    boolean ours(Pending request) {
        ShardState shard = shards.get(request.position().shard());
        return shard != null && shard.find(request.position()) == request;
    }

    /** Drops it from everything, and gives its ticket to another one of its lane. */
    void forget(Pending request) {
        drop(request, false);
        lanes.fill(request.position().topic());
    }

    /** Drops it from everything; its ticket is taken back, unless the gatehouse has dropped it. */
    void drop(Pending request, boolean ticketIsGone) {
        lanes.leave(request, ticketIsGone);
        request.become(Pending.State.GONE);
        timers.remove(request);
        byNumber.remove(request.number());
        leftInFlight.remove(request.position(), request);
        if (ours(request)) {
            shard(request.position().shard()).remove(request);
        }
    }

    void timer(Pending request, long atNanos) {
        timers.remove(request);
        request.timerNanos(atNanos);
        timers.add(request);
    }

    void noTimer(Pending request) {
        timers.remove(request);
    }

    /** The request whose timer is due first. */
    @Nullable Pending firstTimer() {
        return timers.isEmpty() ? null : timers.first();
    }

    /** How many there are, by state. */
    Map<String, Integer> figures() {
        // by state first: there may be tens of thousands, and this is asked for all the time
        var counts = new EnumMap<Pending.State, Integer>(Pending.State.class);
        for (Pending request : byNumber.values()) {
            counts.merge(request.state(), 1, Integer::sum);
        }
        var figures = new TreeMap<String, Integer>();
        counts.forEach((state, count) -> figures.put(state.name().toLowerCase(Locale.ROOT), count));
        return figures;
    }

    long bytes() {
        return shards.values().stream().mapToLong(ShardState::bytes).sum();
    }

    /** On their way to a node, those of shards let go included. */
    List<RequestId> inFlight() {
        var inFlight = new ArrayList<RequestId>();
        for (Pending request : byNumber.values()) {
            if (request.state() == Pending.State.IN_FLIGHT) {
                inFlight.add(request.id());
            }
        }
        return inFlight;
    }
}
