package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Ending;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import java.time.Duration;

/** What the dispatch wants done: carried out by the loop, recorded by tests and simulations. */
public interface Actions {

    void handIn(PoolName pool, Ticket ticket);

    void withdraw(PoolName pool, TicketId ticket);

    /** Sends it under this grant; the outcome comes back as {@link Dispatch#ended}. */
    void send(Pending request, Grant grant);

    /** Gives a grant back that is not used. */
    void end(PoolName pool, Grant grant, Gate.Ending ending);

    /** A node asked to be left alone for so long. */
    void close(PoolName pool, String node, Duration wait);

    /** Puts what ends a request into the log, until the log has it. */
    void append(Ending ending);

    /** The same, of a request that was read: for those who tell what became of it. */
    default void append(Pending request, Ending ending) {
        append(ending);
    }

    /** Puts a claim into the log of a shard; it comes back as {@link Dispatch#claimed}. */
    void claim(int shard, KeyClaim claim);
}
