package dev.sluice.worker.keeper;

import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.PoolHistory;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.link.Line;
import dev.sluice.worker.link.LinkMessage;
import dev.sluice.worker.link.PeerClock;
import java.time.Duration;

/** A worker of another process at the keeper of this one: what is said to it goes over a link. */
public final class FarClient implements DeskClient {

    private final String worker;
    private final Line line;

    /** The client of this worker. */
    public FarClient(String worker, Line line) {
        this.worker = worker;
        this.line = line;
    }

    /** Says at its desk what the worker says, by our clock and in its own name only. */
    public void read(LinkMessage.ToKeeper message, Desk desk) {
        switch (message) {
            case LinkMessage.Hello h -> desk.hello(mine(h));
            case LinkMessage.HandIn h -> desk.handIn(h.pool(), h.epoch(), mine(h.ticket()));
            case LinkMessage.Withdraw w ->
                    desk.withdraw(w.pool(), w.epoch(), new TicketId(worker, w.ticket()));
            case LinkMessage.Written w -> desk.written(w.pool(), w.grant(), line.late(w.atNanos()));
            case LinkMessage.Ended e -> desk.ended(e.pool(), e.grant(), e.ending());
            case LinkMessage.CloseFor c ->
                    desk.closeFor(c.pool(), c.node(), Duration.ofNanos(c.nanos()));
        }
    }

    private LinkMessage.Hello mine(LinkMessage.Hello hello) {
        PeerClock.Shift shift = line.shift();
        return new LinkMessage.Hello(
                hello.pool(),
                hello.epoch(),
                hello.tickets().stream().map(this::mine).toList(),
                hello.flights(),
                hello.history()
                        .map(history -> history.shifted(shift.mostNanos(), shift.doubtNanos())),
                hello.historyEpoch(),
                hello.closedForNanos());
    }

    private Ticket mine(Ticket ticket) {
        return new Ticket(
                new TicketId(worker, ticket.id().number()),
                ticket.lane(),
                ticket.acceptedAtMs(),
                ticket.bodyBytes(),
                ticket.avoid());
    }

    @Override
    public boolean isFar() {
        return true;
    }

    @Override
    public void granted(PoolName pool, long epoch, Grant grant, long atNanos) {
        line.say(
                new LinkMessage.Granted(
                        pool, epoch, grant.id(), grant.ticket().number(), grant.node(), atNanos));
    }

    @Override
    public void refused(PoolName pool, long epoch, TicketId ticket) {
        line.say(new LinkMessage.Refused(pool, epoch, ticket.number()));
    }

    @Override
    public void told(PoolName pool, long epoch, PoolHistory history) {
        line.say(new LinkMessage.Told(pool, epoch, history));
    }

    @Override
    public void turnedAway(PoolName pool, long epoch) {
        line.say(new LinkMessage.TurnedAway(pool, epoch));
    }
}
