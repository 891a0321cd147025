package dev.sluice.worker.gatehouse;

import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gate.GateSettings;
import dev.sluice.worker.gate.Opening;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

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

    private final Tickets tickets = new Tickets();
    private final LaneShares shares;
    private final Gates gates;
    private final GrantsOut out;
    private final Set<String> heard = new HashSet<>(); // workers that said what they have
    private boolean grantedAny;
    private long lastGrant;

    /**
     * A gatehouse without nodes.
     *
     * @param firstGrant grants are numbered from here; drawn at random, so that no grant of another
     *     gatehouse is taken for one of this
     * @param nowNanos others may have granted until now
     */
    public Gatehouse(GateSettings settings, long firstGrant, long nowNanos) {
        this.gates = new Gates(settings, nowNanos);
        this.out = new GrantsOut(settings.slotNanos());
        this.shares = new LaneShares(settings.laneWeights());
        this.lastGrant = firstGrant;
    }

    // --- the past ----------------------------------------------------------------------------

    /**
     * The pool never had a request before it was ours to keep: what its nodes were sent is what was
     * granted here.
     */
    public void allKnown() {
        gates.nothingBefore();
    }

    /**
     * Goes on from what an earlier keeper knew.
     *
     * @return whether that was still possible: nothing has been granted, and no better is known
     */
    public boolean goOn(PoolHistory history, long nowNanos) {
        if (grantedAny || !gates.pastIsUnknown() || !history.full()) {
            return false;
        }
        gates.told(history, nowNanos);
        history.inFlight()
                .forEach(
                        (worker, byNode) -> {
                            if (!heard.contains(worker)) {
                                gates.reserve(worker, byNode);
                            }
                        });
        return true;
    }

    /** What is known here, for the next keeper. */
    public PoolHistory history(long nowNanos) {
        var nodes = gates.histories(true, nowNanos);
        return new PoolHistory(true, nowNanos, 0, nodes, out.counts());
    }

    /** What has become known since this was asked for the last time. */
    public PoolHistory newHistory(long nowNanos) {
        var nodes = gates.histories(false, nowNanos);
        return new PoolHistory(false, nowNanos, 0, nodes, out.counts());
    }

    // --- workers -----------------------------------------------------------------------------

    /**
     * A worker begins, or begins again: these are its tickets, and this is what it has in flight.
     */
    public void hello(
            String worker, Collection<Ticket> waiting, Collection<Flight> inFlight, long nowNanos) {
        heard.add(worker);
        tickets.removeAll(worker);
        gates.unreserve(worker);
        out.confirm(worker, inFlight, gates::find, nowNanos);
        waiting.forEach(tickets::add);
    }

    /** Nothing is heard of a worker any more; what it may have in flight keeps its slots. */
    public void gone(String worker) {
        tickets.removeAll(worker);
        out.gone(worker);
    }

    // --- nodes -------------------------------------------------------------------------------

    /** Takes these for the pool's nodes; one that is gone gets nothing more. */
    public void nodes(Collection<NodeSpec> specs, long nowNanos) {
        gates.become(specs, nowNanos);
    }

    /**
     * A node of this pool was another pool's until now: what it was sent there is not known here.
     */
    public void cameFromElsewhere(String node, long nowNanos) {
        Gate gate = gates.find(node);
        if (gate != null) {
            gate.unknownUntil(nowNanos);
        }
    }

    public void health(String node, NodeHealth.State state, long nowNanos) {
        Gate gate = gates.find(node);
        if (gate != null) {
            gate.health(state, nowNanos);
        }
    }

    /** A node asked to be left alone until then. */
    public void closeUntil(String node, long untilNanos) {
        Gate gate = gates.find(node);
        if (gate != null) {
            gate.closeUntil(untilNanos);
        }
    }

    public List<Gate.Figures> figures(long nowNanos) {
        return gates.all().stream().map(gate -> gate.figures(nowNanos)).toList();
    }

    /** Lets go of what time alone ends; to be called now and then. */
    public void advance(long nowNanos) {
        out.advance(nowNanos);
        gates.advance(nowNanos);
    }

    // --- tickets and grants ------------------------------------------------------------------

    public void handIn(Ticket ticket) {
        tickets.add(ticket);
    }

    /** Takes a ticket back; one that is not there has been granted or refused meanwhile. */
    public void withdraw(TicketId id) {
        tickets.remove(id);
    }

    public int waiting(Lane lane) {
        return tickets.of(lane).size();
    }

    /** When the log got the oldest request that waits in this lane. */
    public OptionalLong oldestAtMs(Lane lane) {
        var waiting = tickets.of(lane);
        return waiting.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(waiting.first().acceptedAtMs());
    }

    /** The next grant, or when to ask again; to be asked until it says to wait. */
    public Next next(long nowNanos) {
        var awaited = new HashSet<Gate>();
        OptionalLong wake = OptionalLong.empty();
        for (Lane lane : shares.order(tickets.waiting())) {
            int looked = 0;
            for (Ticket ticket : tickets.of(lane)) {
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
                if (awaited.size() == gates.all().size() || ++looked > LOOK_BEHIND) {
                    break;
                }
            }
        }
        return wake.isPresent() ? new Next.WaitUntil(wake.getAsLong()) : new Next.WaitForChange();
    }

    /** The worker has written the request of this grant; said again if the write took long. */
    public void written(long grant, long atNanos) {
        out.written(grant, atNanos);
    }

    /** The grant is over. */
    public void ended(long grant, Gate.Ending ending, long nowNanos) {
        out.ended(grant, ending, nowNanos);
    }

    private Next grant(Ticket ticket, Gate gate, long nowNanos) {
        lastGrant++;
        if (!gate.tryTake(lastGrant, ticket.bodyBytes(), nowNanos)) {
            throw new IllegalStateException("open and not open: " + gate.spec().id());
        }
        withdraw(ticket.id());
        grantedAny = true;
        out.add(lastGrant, gate, ticket, nowNanos);
        return new Next.Granted(new Grant(lastGrant, ticket.id(), gate.spec()));
    }

    private Choice choose(Ticket ticket, Set<Gate> awaitedByOlder, long nowNanos) {
        var openings = new HashMap<Gate, Opening>();
        boolean alternative = false; // a node that it need not avoid, now or soon
        for (Gate gate : gates.all()) {
            Opening opening = gate.opening(ticket.bodyBytes(), nowNanos);
            if (!(opening instanceof Opening.Never)) {
                openings.put(gate, opening);
                alternative |= !avoids(ticket, gate) && soon(gate, opening, nowNanos);
            }
        }
        if (openings.isEmpty() && !gates.all().isEmpty()) {
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
}
