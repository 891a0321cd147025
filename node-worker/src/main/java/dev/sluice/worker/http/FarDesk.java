package dev.sluice.worker.http;

import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.keeper.Desk;
import dev.sluice.worker.keeper.FleetLink;
import dev.sluice.worker.link.LinkMessage;
import java.time.Duration;
import java.util.function.Consumer;

/** A worker's desk at a keeper in another process: what is asked there goes over a link. */
final class FarDesk implements Desk {

    private final String worker;
    private final LinkConnection connection;
    private final Consumer<Consumer<FleetLink>> post;

    /**
     * A desk over this connection.
     *
     * @param post to the worker's loop, where what the keeper says is taken in
     */
    FarDesk(String worker, LinkConnection connection, Consumer<Consumer<FleetLink>> post) {
        this.worker = worker;
        this.connection = connection;
        this.post = post;
    }

    @Override
    public void hello(LinkMessage.Hello hello) {
        connection.say(hello);
    }

    @Override
    public void handIn(PoolName pool, long epoch, Ticket ticket) {
        connection.say(new LinkMessage.HandIn(pool, epoch, ticket));
    }

    @Override
    public void withdraw(PoolName pool, long epoch, TicketId ticket) {
        connection.say(new LinkMessage.Withdraw(pool, epoch, ticket.number()));
    }

    @Override
    public void written(PoolName pool, long grant, long atNanos) {
        connection.say(new LinkMessage.Written(pool, grant, atNanos));
    }

    @Override
    public void ended(PoolName pool, long grant, Gate.Ending ending) {
        connection.say(new LinkMessage.Ended(pool, grant, ending));
    }

    @Override
    public void closeFor(PoolName pool, String node, Duration wait) {
        connection.say(new LinkMessage.CloseFor(pool, node, wait.toNanos()));
    }

    @Override
    public void leave() {
        connection.close();
    }

    /** Takes in what the keeper says. */
    void read(LinkMessage.ToWorker message, long nowNanos) {
        switch (message) {
            case LinkMessage.Granted g -> {
                var ticket = new TicketId(worker, g.ticket());
                var grant = new Grant(g.grant(), ticket, g.node());
                long made = connection.early(g.atNanos());
                post.accept(link -> link.granted(this, g.epoch(), grant, made, nowNanos));
            }
            case LinkMessage.Refused r -> {
                var ticket = new TicketId(worker, r.ticket());
                post.accept(link -> link.refused(this, r.pool(), r.epoch(), ticket, nowNanos));
            }
            case LinkMessage.Told t -> {
                long[] shift = connection.shift();
                var history = t.history().shifted(shift[0], shift[1]);
                post.accept(link -> link.told(t.pool(), t.epoch(), history, nowNanos));
            }
            case LinkMessage.TurnedAway t ->
                    post.accept(link -> link.turnedAway(this, t.pool(), t.epoch(), nowNanos));
        }
    }
}
