package dev.sluice.worker.keeper;

import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.PoolHistory;
import dev.sluice.worker.gatehouse.TicketId;

/**
 * What a keeper has to say to one worker; called by any thread, and must only take a note.
 *
 * <p>The epoch is that of the hello that it answers.
 */
public interface DeskClient {

    /** Whether it may live on when this process is gone, and so is worth telling. */
    boolean isFar();

    /**
     * A request may go.
     *
     * @param atNanos when that was decided, by the keeper's clock
     */
    void granted(PoolName pool, long epoch, Grant grant, long atNanos);

    /** No node of the pool will ever take a body of this size. */
    void refused(PoolName pool, long epoch, TicketId ticket);

    /** What the next keeper should know, if this one is gone. */
    void told(PoolName pool, long epoch, PoolHistory history);

    /** The pool is not kept there, or not in that epoch: somebody else keeps it, or will soon. */
    void turnedAway(PoolName pool, long epoch);
}
