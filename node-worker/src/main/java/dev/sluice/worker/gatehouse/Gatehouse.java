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
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All gates of one pool in one place: tickets in, grants out.
 *
 * <p>Lanes by weight; within a lane the oldest first, whichever worker it waits at; among the open
 * gates the one with the least load for its size. Not safe for use by several threads.
 */
public final class Gatehouse {

    // Tickets looked at behind one that only waits for a node it need not avoid.
    private static final int LOOK_BEHIND = 32;

    /** What a ticket meets at the gates. */
    private sealed interface Choice {
        record Take(Gate gate) implements Choice {}

        record Blocked(Opening.At at) implements Choice {}

        record BlockedForChange() implements Choice {}

        /** Only nodes that it avoids are open; others may pass it meanwhile. */
        record Elsewhere() implements Choice {}

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
        gates.values().forEach(gate -> gate.knownFrom(nowNanos));
        retired.values().forEach(gate -> gate.knownFrom(nowNanos));
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
        Gate gate = gates.get(node);
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
        for (Lane lane : shares.order(waiting)) {
            int looked = 0;
            for (Ticket ticket : lane(lane)) {
                switch (choose(ticket, nowNanos)) {
                    case Choice.Take(Gate gate) -> {
                        shares.taken(lane);
                        return grant(ticket, gate);
                    }
                    case Choice.Never() -> {
                        withdraw(ticket.id());
                        return new Next.Refused(ticket.id());
                    }
                    case Choice.Blocked(Opening.At at) -> {
                        return new Next.WaitUntil(at.nanos());
                    }
                    case Choice.BlockedForChange() -> {
                        return new Next.WaitForChange();
                    }
                    case Choice.Elsewhere() -> looked++;
                }
                if (looked > LOOK_BEHIND) {
                    break;
                }
            }
        }
        return new Next.WaitForChange();
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
        Gate gate = gates.get(node);
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

    private Next grant(Ticket ticket, Gate gate) {
        withdraw(ticket.id());
        granted.put(lastGrant, gate);
        return new Next.Granted(new Grant(lastGrant, ticket.id(), gate.spec()));
    }

    private Choice choose(Ticket ticket, long nowNanos) {
        Opening.At earliest = null;
        boolean never = !gates.isEmpty();
        boolean alternative = false; // a usable node that it need not avoid
        var open = new ArrayList<Gate>(gates.size());
        for (Gate gate : gates.values()) {
            Opening opening = gate.opening(ticket.bodyBytes(), nowNanos);
            never &= opening instanceof Opening.Never;
            boolean avoided = ticket.avoid().contains(gate.spec().id());
            alternative |= !avoided && gate.usable() && !(opening instanceof Opening.Never);
            if (opening instanceof Opening.Now) {
                open.add(gate);
            } else if (opening instanceof Opening.At at
                    && (earliest == null || at.nanos() - earliest.nanos() < 0)) {
                earliest = at;
            }
        }
        if (never) {
            return new Choice.Never();
        }
        boolean wasOpen = !open.isEmpty();
        if (alternative) {
            open.removeIf(gate -> ticket.avoid().contains(gate.spec().id()));
        }
        open.sort(
                Comparator.comparingDouble(Gate::load)
                        .thenComparingDouble(Gate::used)
                        .thenComparing(gate -> gate.spec().id()));
        for (Gate gate : open) {
            if (gate.tryTake(lastGrant + 1, ticket.bodyBytes(), nowNanos)) {
                lastGrant++;
                return new Choice.Take(gate);
            }
        }
        if (wasOpen && open.isEmpty()) {
            return new Choice.Elsewhere();
        }
        return earliest == null ? new Choice.BlockedForChange() : new Choice.Blocked(earliest);
    }

    private SortedSet<Ticket> lane(Lane lane) {
        return java.util.Objects.requireNonNull(lanes.get(lane));
    }
}
