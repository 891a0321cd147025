package dev.sluice.worker.gatehouse;

import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gate.GateSettings;
import dev.sluice.worker.gate.Opening;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All gates of one pool in one place: tickets in, grants out.
 *
 * <p>Lanes by weight; within a lane the oldest first, whichever worker it waits at; among the open
 * gates the one with the least load for its size. Not safe for use by several threads.
 */
public final class Gatehouse {

    // Tickets looked at, in each lane, behind some that wait for other nodes.
    private static final int LOOK_BEHIND = 32;

    // A ticket waits so long for a node that it need not avoid, rather than take one that failed
    // it.
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private static final Comparator<Gate> LEAST_LOADED =
            Comparator.comparingDouble(Gate::load)
                    .thenComparingDouble(Gate::used)
                    .thenComparing(gate -> gate.spec().id());

    /** What a ticket meets at the gates. */
    private sealed interface Choice {
        record Take(Gate gate) implements Choice {}

        /** It waits for these; others may go elsewhere meanwhile, and not overtake it here. */
        record Waits(Set<Gate> gates, OptionalLong untilNanos) implements Choice {}

        record Never() implements Choice {}
    }

    private final GateSettings settings;
    private final Map<Lane, TreeSet<Ticket>> lanes = new EnumMap<>(Lane.class);
    private final Map<TicketId, Ticket> tickets = new HashMap<>();
    private final LaneShares shares = new LaneShares();
    private final Map<String, Gate> gates = new TreeMap<>();
    private final Map<String, Gate> retired = new HashMap<>(); // until nothing of them counts
    private final Map<Long, Gate> granted = new HashMap<>();
    private OptionalLong knownFrom = OptionalLong.empty(); // another may have granted before
    private boolean allKnown; // nobody can have granted before: for nodes that come later, too
    private long lastGrant;

    /**
     * A gatehouse without nodes.
     *
     * @param firstGrant grants are numbered from here, so that none of an earlier gatehouse is
     *     taken for one of this
     */
    public Gatehouse(GateSettings settings, long firstGrant) {
        this.settings = settings;
        this.lastGrant = firstGrant;
        for (Lane lane : Lane.values()) {
            lanes.put(lane, new TreeSet<>(Ticket.OLDEST_FIRST));
        }
    }

    /**
     * The pool is ours to keep from now on, perhaps again: what another keeper granted until now is
     * not known here. A gatehouse that has just been made need not be told.
     */
    public void takenOver(long nowNanos) {
        knownFrom = OptionalLong.of(nowNanos);
        allKnown = false;
        gates.values().forEach(gate -> gate.knownFrom(nowNanos));
        retired.values().forEach(gate -> gate.knownFrom(nowNanos));
    }

    /**
     * The pool never had a request before it was ours to keep: what its nodes were sent is what was
     * granted here.
     */
    public void allKnown() {
        allKnown = true;
        gates.values().forEach(Gate::allKnown);
        retired.values().forEach(Gate::allKnown);
    }

    /**
     * A node of this pool was another pool's until now: what it was sent there is not known here.
     */
    public void cameFromElsewhere(String node, long nowNanos) {
        Optional.ofNullable(gates.get(node)).ifPresent(gate -> gate.knownFrom(nowNanos));
    }

    /** Takes these for the pool's nodes; one that is gone gets nothing more. */
    public void nodes(Collection<NodeSpec> specs, long nowNanos) {
        if (knownFrom.isEmpty()) {
            knownFrom = OptionalLong.of(nowNanos);
        }
        var gone = new HashMap<>(gates);
        for (NodeSpec spec : specs) {
            gone.remove(spec.id());
            Gate gate = gates.get(spec.id());
            if (gate == null) {
                gate = retired.remove(spec.id());
            }
            if (gate == null) {
                gate = new Gate(spec, settings, knownFrom.orElse(nowNanos), nowNanos);
                if (allKnown) {
                    gate.allKnown();
                }
            } else if (!gate.spec().equals(spec)) {
                gate.respecify(spec, nowNanos);
            }
            gates.put(spec.id(), gate);
        }
        gates.keySet().removeAll(gone.keySet());
        retired.putAll(gone);
        retired.values()
                .removeIf(
                        gate ->
                                gate.inFlight() == 0
                                        && gate.figures(nowNanos).requestsInWindow() == 0);
    }

    public void health(String node, NodeHealth.State state, long nowNanos) {
        Gate gate = known(node);
        if (gate != null) {
            gate.health(state, nowNanos);
        }
    }

    public void handIn(Ticket ticket) {
        if (tickets.putIfAbsent(ticket.id(), ticket) != null) {
            throw new IllegalStateException("handed in twice: " + ticket.id());
        }
        lane(ticket.lane()).add(ticket);
    }

    /** Takes a ticket back; one that is not there has been granted or refused meanwhile. */
    public void withdraw(TicketId id) {
        Ticket ticket = tickets.remove(id);
        if (ticket != null) {
            lane(ticket.lane()).remove(ticket);
        }
    }

    /** Takes all tickets of a worker back. */
    public void withdrawAll(String worker) {
        for (TicketId id : List.copyOf(tickets.keySet())) {
            if (id.worker().equals(worker)) {
                withdraw(id);
            }
        }
    }

    /** The next grant, or when to ask again; to be asked until it says to wait. */
    public Next next(long nowNanos) {
        var waiting = new ArrayList<Lane>(3);
        lanes.forEach(
                (lane, queue) -> {
                    if (!queue.isEmpty()) {
                        waiting.add(lane);
                    }
                });
        var awaited = new HashSet<Gate>();
        OptionalLong wake = OptionalLong.empty();
        for (Lane lane : shares.order(waiting)) {
            int looked = 0;
            for (Ticket ticket : lane(lane)) {
                switch (choose(ticket, awaited, nowNanos)) {
                    case Choice.Take(Gate gate) -> {
                        shares.taken(lane);
                        return grant(ticket, gate, nowNanos);
                    }
                    case Choice.Never() -> {
                        withdraw(ticket.id());
                        return new Next.Refused(ticket.id());
                    }
                    case Choice.Waits(Set<Gate> those, OptionalLong until) -> {
                        awaited.addAll(those);
                        wake = earlier(wake, until);
                    }
                }
                if (awaited.size() == gates.size() || ++looked > LOOK_BEHIND) {
                    break;
                }
            }
        }
        return wake.isPresent() ? new Next.WaitUntil(wake.getAsLong()) : new Next.WaitForChange();
    }

    /** The worker is about to write the request of this grant. */
    public void written(long grant, long atNanos) {
        Gate gate = granted.get(grant);
        if (gate != null) {
            gate.written(grant, atNanos);
        }
    }

    /** The grant is over. */
    public void ended(long grant, Gate.Ending ending, long nowNanos) {
        Gate gate = granted.remove(grant);
        if (gate == null) {
            throw new IllegalStateException("ended twice, or never granted: " + grant);
        }
        gate.ended(grant, ending, nowNanos);
    }

    /** A node asked to be left alone until then. */
    public void closeUntil(String node, long untilNanos) {
        Gate gate = known(node);
        if (gate != null) {
            gate.closeUntil(untilNanos);
        }
    }

    public int waiting(Lane lane) {
        return lane(lane).size();
    }

    public List<Gate.Figures> figures(long nowNanos) {
        return gates.values().stream().map(gate -> gate.figures(nowNanos)).toList();
    }

    private Next grant(Ticket ticket, Gate gate, long nowNanos) {
        lastGrant++;
        if (!gate.tryTake(lastGrant, ticket.bodyBytes(), nowNanos)) {
            throw new IllegalStateException("open and not open: " + gate.spec().id());
        }
        withdraw(ticket.id());
        granted.put(lastGrant, gate);
        return new Next.Granted(new Grant(lastGrant, ticket.id(), gate.spec()));
    }

    private Choice choose(Ticket ticket, Set<Gate> awaitedByOlder, long nowNanos) {
        var openings = new HashMap<Gate, Opening>();
        boolean alternative = false; // a node that it need not avoid, now or soon
        for (Gate gate : gates.values()) {
            Opening opening = gate.opening(ticket.bodyBytes(), nowNanos);
            if (!(opening instanceof Opening.Never)) {
                openings.put(gate, opening);
                alternative |= !avoids(ticket, gate) && soon(gate, opening, nowNanos);
            }
        }
        if (openings.isEmpty() && !gates.isEmpty()) {
            return new Choice.Never();
        }
        if (alternative) {
            openings.keySet().removeIf(gate -> avoids(ticket, gate));
        }
        Gate best = null;
        OptionalLong wake = OptionalLong.empty();
        for (Map.Entry<Gate, Opening> entry : openings.entrySet()) {
            Gate gate = entry.getKey();
            if (awaitedByOlder.contains(gate)) {
                continue;
            }
            if (entry.getValue() instanceof Opening.At(long at)) {
                wake = earlier(wake, OptionalLong.of(at));
            } else if (entry.getValue() instanceof Opening.Now
                    && (best == null || LEAST_LOADED.compare(gate, best) < 0)) {
                best = gate;
            }
        }
        return best == null ? new Choice.Waits(openings.keySet(), wake) : new Choice.Take(best);
    }

    private @Nullable Gate known(String node) {
        Gate gate = gates.get(node);
        return gate == null ? retired.get(node) : gate;
    }

    private static boolean avoids(Ticket ticket, Gate gate) {
        return ticket.avoid().contains(gate.spec().id());
    }

    private static boolean soon(Gate gate, Opening opening, long nowNanos) {
        return switch (opening) {
            case Opening.Now n -> true;
            case Opening.At(long at) -> at - nowNanos <= PATIENCE_NANOS;
            case Opening.OnChange c -> gate.usable();
            case Opening.Never n -> false;
        };
    }

    private static OptionalLong earlier(OptionalLong one, OptionalLong other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return one.getAsLong() - other.getAsLong() <= 0 ? one : other;
    }

    private SortedSet<Ticket> lane(Lane lane) {
        return java.util.Objects.requireNonNull(lanes.get(lane));
    }
}
