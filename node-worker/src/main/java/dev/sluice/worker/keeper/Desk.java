package dev.sluice.worker.keeper;

import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.link.LinkMessage;
import java.time.Duration;

/**
 * Where one worker asks one keeper, in this process or another; grants come back to its {@link
 * DeskClient}. All of it may be called by any thread and none of it blocks.
 */
public interface Desk {

    /** The worker begins at this pool, or begins again; nothing else is heard before. */
    void hello(LinkMessage.Hello hello);

    void handIn(PoolName pool, long epoch, Ticket ticket);

    void withdraw(PoolName pool, long epoch, TicketId ticket);

    /** The request of this grant was written at that moment of our clock. */
    void written(PoolName pool, long grant, long atNanos);

    /** The grant is over. */
    void ended(PoolName pool, long grant, Gate.Ending ending);

    /** A node asked to be left alone for so long. */
    void closeFor(PoolName pool, String node, Duration wait);

    /** Takes all tickets back; what is in flight keeps its slots until that is accounted for. */
    void leave();
}
