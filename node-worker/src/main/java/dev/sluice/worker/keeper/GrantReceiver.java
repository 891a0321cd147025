package dev.sluice.worker.keeper;

import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.TicketId;

/** Where a worker's grants arrive; called by any thread, and must only take a note. */
public interface GrantReceiver {

    void granted(Grant grant);

    /** No node of the pool will ever take a body of this size. */
    void refused(TicketId ticket);
}
