package dev.sluice.worker.keeper;

import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import java.time.Duration;

/** The way from one worker to the gatehouses it asks; grants come back to its receiver. */
public interface GatehouseLink extends AutoCloseable {

    void handIn(PoolName pool, Ticket ticket);

    void withdraw(PoolName pool, TicketId ticket);

    /** The request of this grant is about to be written; said once, from any thread. */
    void written(PoolName pool, long grant, long atNanos);

    /** The grant is over; said once. */
    void ended(PoolName pool, long grant, Gate.Ending ending);

    /** A node asked to be left alone for so long. */
    void closeFor(PoolName pool, String node, Duration wait);

    /** Takes all tickets back; grants that are out stay until they are ended. */
    @Override
    void close();
}
