package dev.sluice.worker.gatehouse;

import dev.sluice.protocol.Lane;
import java.util.Comparator;
import java.util.Set;

/**
 * What the gatehouse needs to know of a waiting request; the request itself stays with its worker.
 *
 * @param acceptedAtMs the broker's append time: the oldest goes first
 * @param avoid nodes that failed it, to be used only if there is no other
 */
public record Ticket(TicketId id, Lane lane, long acceptedAtMs, int bodyBytes, Set<String> avoid) {

    static final Comparator<Ticket> OLDEST_FIRST =
            Comparator.comparingLong(Ticket::acceptedAtMs)
                    .thenComparing(ticket -> ticket.id().worker())
                    .thenComparingLong(ticket -> ticket.id().number());

    public Ticket {
        avoid = Set.copyOf(avoid);
    }
}
