package dev.sluice.worker.gatehouse;

import dev.sluice.protocol.Lane;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/** The tickets of all workers for one pool, by lane, the oldest first. */
final class Tickets {

    private final Map<Lane, SortedSet<Ticket>> lanes = new EnumMap<>(Lane.class);
    private final Map<TicketId, Ticket> byId = new HashMap<>();

    Tickets() {
        for (Lane lane : Lane.values()) {
            lanes.put(lane, new TreeSet<>(Ticket.OLDEST_FIRST));
        }
    }

    void add(Ticket ticket) {
        if (byId.putIfAbsent(ticket.id(), ticket) != null) {
            throw new IllegalStateException("handed in twice: " + ticket.id());
        }
        in(ticket.lane()).add(ticket);
    }

    /** Takes one away, if it is there. */
    void remove(TicketId id) {
        Ticket ticket = byId.remove(id);
        if (ticket != null) {
            in(ticket.lane()).remove(ticket);
        }
    }

    void removeAll(String worker) {
        for (TicketId id : List.copyOf(byId.keySet())) {
            if (id.worker().equals(worker)) {
                remove(id);
            }
        }
    }

    /** The lanes that have any. */
    List<Lane> waiting() {
        var waiting = new ArrayList<Lane>(3);
        lanes.forEach(
                (lane, queue) -> {
                    if (!queue.isEmpty()) {
                        waiting.add(lane);
                    }
                });
        return waiting;
    }

    /** The oldest first; not to be changed. */
    SortedSet<Ticket> of(Lane lane) {
        return Collections.unmodifiableSortedSet(in(lane));
    }

    private SortedSet<Ticket> in(Lane lane) {
        return Objects.requireNonNull(lanes.get(lane));
    }
}
