package dev.sluice.worker.keeper;

import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Flight;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.PoolHistory;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.link.LinkMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A worker's way to the gatehouses of all its pools, wherever they are kept.
 *
 * <p>It knows each ticket that waits and each grant that is out, so that it can tell all to a
 * keeper that is new. Belongs to the worker's loop; time comes in as an argument.
 */
public final class FleetLink {

    // a keeper that turned us away is asked again after this, if nobody else turns up
    private static final long AWAY_NANOS = 200_000_000L;

    /** What becomes of tickets. */
    public interface Receiver {

        void granted(Grant grant);

        /** No node of the pool will ever take a body of this size. */
        void refused(TicketId ticket);
    }

    /**
     * A grant that is out.
     *
     * @param grant its id at the gatehouse that made it
     * @param node where it goes
     */
    public record Out(PoolName pool, long grant, String node) {}

    /** What is kept of one. */
    private record Held(String node, Permit permit) {}

    /** What is known of one pool. */
    private static final class Entry {
        final PoolName pool;
        final Map<Long, Ticket> tickets = new LinkedHashMap<>();
        final Map<Long, Held> out = new HashMap<>();
        final Map<String, Long> closedUntil = new HashMap<>(); // nodes that asked to be left
        @Nullable Route route;
        OptionalLong awayUntilNanos = OptionalLong.empty();
        Optional<PoolHistory> history = Optional.empty();
        long historyEpoch;

        Entry(PoolName pool) {
            this.pool = pool;
        }
    }

    private final Receiver receiver;
    private final Routes routes;
    private final Lease lease;
    private final long grantAgeNanos;
    private final Map<PoolName, Entry> entries = new HashMap<>();

    /**
     * A link that knows of no pool.
     *
     * @param lease of the worker: without it nothing is sent
     * @param grantAge how long a grant is good
     */
    public FleetLink(Receiver receiver, Routes routes, Lease lease, Duration grantAge) {
        this.receiver = receiver;
        this.routes = routes;
        this.lease = lease;
        this.grantAgeNanos = grantAge.toNanos();
    }

    // --- what the worker says ------------------------------------------------------------------

    public void handIn(PoolName pool, Ticket ticket, long nowNanos) {
        Entry entry = entry(pool, nowNanos);
        if (entry.tickets.put(ticket.id().number(), ticket) != null) {
            throw new IllegalStateException("handed in twice: " + ticket.id());
        }
        if (entry.route != null) {
            entry.route.desk().handIn(pool, entry.route.epoch(), ticket);
        }
    }

    public void withdraw(PoolName pool, TicketId ticket, long nowNanos) {
        Entry entry = entry(pool, nowNanos);
        entry.tickets.remove(ticket.number());
        if (entry.route != null) {
            entry.route.desk().withdraw(pool, entry.route.epoch(), ticket);
        }
    }

    /** What the sender needs of a grant that is out. */
    public Permit permit(Grant grant) {
        Entry entry = Objects.requireNonNull(entries.get(grant.node().pool()));
        return Objects.requireNonNull(entry.out.get(grant.id())).permit;
    }

    /** The grant is over; said once. */
    public void ended(PoolName pool, long grant, Gate.Ending ending, long nowNanos) {
        Entry entry = entry(pool, nowNanos);
        if (entry.out.remove(grant) == null) {
            throw new IllegalStateException("ended twice, or never granted: " + grant);
        }
        if (entry.route != null) {
            entry.route.desk().ended(pool, grant, ending);
        }
    }

    /** A node asked to be left alone for so long. */
    public void closeFor(PoolName pool, String node, Duration wait, long nowNanos) {
        Entry entry = entry(pool, nowNanos);
        entry.closedUntil.put(node, nowNanos + wait.toNanos());
        if (entry.route != null) {
            entry.route.desk().closeFor(pool, node, wait);
        }
    }

    // --- what keepers say ----------------------------------------------------------------------

    /**
     * A grant has come.
     *
     * @param madeNanos when it was made, by our clock, at the earliest
     */
    public void granted(Desk desk, long epoch, Grant grant, long madeNanos, long nowNanos) {
        PoolName pool = grant.node().pool();
        Entry entry = entry(pool, nowNanos);
        if (!isFrom(entry, desk, epoch)) {
            return; // of a keeper that is no more: the next one reckons with it
        }
        Ticket ticket = entry.tickets.remove(grant.ticket().number());
        if (ticket == null) {
            desk.ended(pool, grant.id(), Gate.Ending.UNSENT); // withdrawn meanwhile
            return;
        }
        long goodUntil = madeNanos + grantAgeNanos;
        var permit = new Permit(pool, grant.id(), desk, goodUntil, lease, lease.term());
        entry.out.put(grant.id(), new Held(grant.node().id(), permit));
        receiver.granted(grant);
    }

    public void refused(Desk desk, PoolName pool, long epoch, TicketId ticket, long nowNanos) {
        Entry entry = entry(pool, nowNanos);
        if (isFrom(entry, desk, epoch) && entry.tickets.remove(ticket.number()) != null) {
            receiver.refused(ticket);
        }
    }

    /** A keeper tells what the next one should know; its last word may come after the next came. */
    public void told(PoolName pool, long epoch, PoolHistory history, long nowNanos) {
        Entry entry = entry(pool, nowNanos);
        if (history.full() && epoch >= entry.historyEpoch) {
            entry.history = Optional.of(history);
            entry.historyEpoch = epoch;
        } else if (!history.full() && epoch == entry.historyEpoch) {
            entry.history = entry.history.map(known -> known.followedBy(history));
        }
    }

    public void turnedAway(Desk desk, PoolName pool, long epoch, long nowNanos) {
        Entry entry = entry(pool, nowNanos);
        if (isFrom(entry, desk, epoch)) {
            entry.route = null;
            entry.awayUntilNanos = OptionalLong.of(nowNanos + AWAY_NANOS);
        }
    }

    // --- time ----------------------------------------------------------------------------------

    /** Takes up new ways, where there are any; to be called when they change, and now and then. */
    public void reroute(long nowNanos) {
        List.copyOf(entries.values()).forEach(entry -> reroute(entry, nowNanos));
    }

    /** Whether a pool that has work is without a keeper. */
    public boolean isWithout(PoolName pool) {
        Entry entry = entries.get(pool);
        return entry != null && entry.route == null && !entry.tickets.isEmpty();
    }

    /** The grants that were not given back. */
    public List<Out> out() {
        var all = new ArrayList<Out>();
        for (Entry entry : entries.values()) {
            entry.out.forEach((id, held) -> all.add(new Out(entry.pool, id, held.node)));
        }
        return List.copyOf(all);
    }

    private void reroute(Entry entry, long nowNanos) {
        Optional<Route> way = routes.to(entry.pool);
        if (way.isEmpty()) {
            entry.route = null;
            return;
        }
        Route next = way.get();
        if (entry.route != null && entry.route.equals(next)) {
            return;
        }
        if (entry.awayUntilNanos.isPresent() && entry.awayUntilNanos.getAsLong() - nowNanos > 0) {
            return;
        }
        entry.route = next;
        entry.awayUntilNanos = OptionalLong.empty();
        sayHello(entry, next, nowNanos);
    }

    private void sayHello(Entry entry, Route route, long nowNanos) {
        entry.closedUntil.values().removeIf(until -> until - nowNanos <= 0);
        var closedFor = new HashMap<String, Long>();
        entry.closedUntil.forEach((node, until) -> closedFor.put(node, until - nowNanos));
        route.desk()
                .hello(
                        new LinkMessage.Hello(
                                entry.pool,
                                route.epoch(),
                                List.copyOf(entry.tickets.values()),
                                entry.out.entrySet().stream()
                                        .map(e -> new Flight(e.getKey(), e.getValue().node))
                                        .toList(),
                                entry.history,
                                entry.historyEpoch,
                                closedFor));
    }

    private Entry entry(PoolName pool, long nowNanos) {
        Entry entry = entries.get(pool);
        if (entry == null) {
            entry = new Entry(pool);
            entries.put(pool, entry);
            reroute(entry, nowNanos);
        }
        return entry;
    }

    private static boolean isFrom(Entry entry, Desk desk, long epoch) {
        return entry.route != null
                && entry.route.desk().equals(desk)
                && entry.route.epoch() == epoch;
    }
}
