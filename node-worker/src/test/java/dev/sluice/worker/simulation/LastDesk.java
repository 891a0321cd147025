package dev.sluice.worker.simulation;

import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.keeper.Desk;
import dev.sluice.worker.link.LinkMessage;
import java.time.Duration;

/** Where workers are led at the end of a run: to it they say all that they still know. */
final class LastDesk implements Desk {

    int tickets;
    int flights;

    @Override
    public void hello(LinkMessage.Hello hello) {
        tickets += hello.tickets().size();
        flights += hello.flights().size();
    }

    @Override
    public void handIn(PoolName pool, long epoch, Ticket ticket) {}

    @Override
    public void withdraw(PoolName pool, long epoch, TicketId ticket) {}

    @Override
    public void written(PoolName pool, long grant, long atNanos) {}

    @Override
    public void ended(PoolName pool, long grant, Gate.Ending ending) {}

    @Override
    public void closeFor(PoolName pool, String node, Duration wait) {}

    @Override
    public void leave() {}
}
