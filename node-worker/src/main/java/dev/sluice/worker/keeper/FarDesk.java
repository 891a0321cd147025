package dev.sluice.worker.keeper;

import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.link.Line;
import dev.sluice.worker.link.LinkMessage;
import dev.sluice.worker.link.PeerClock;
import java.time.Duration;
import java.util.function.Consumer;

/** A worker's desk at a keeper in another process: what is asked there goes over a link. */
public final class FarDesk implements Desk {

    private final String worker;
    private final Line line;
    private final Consumer<Consumer<FleetLink>> post;

    /**
     * A desk over this line.
     *
     * @param post to the worker's loop, where what the keeper says is taken in
     */
    public FarDesk(String worker, Line line, Consumer<Consumer<FleetLink>> post) {
        this.worker = worker;
        this.line = line;
        this.post = post;
    }

    @Override
    public void hello(LinkMessage.Hello hello) {
        line.say(hello);
    }

    @Override
    public void handIn(PoolName pool, long epoch, Ticket ticket) {
        line.say(new LinkMessage.HandIn(pool, epoch, ticket));
    }

    @Override
    public void withdraw(PoolName pool, long epoch, TicketId ticket) {
        line.say(new LinkMessage.Withdraw(pool, epoch, ticket.number()));
    }

    @Override
    public void written(PoolName pool, long grant, long atNanos) {
        line.say(new LinkMessage.Written(pool, grant, atNanos));
    }

    @Override
    public void ended(PoolName pool, long grant, Gate.Ending ending) {
        line.say(new LinkMessage.Ended(pool, grant, ending));
    }

    @Override
    public void closeFor(PoolName pool, String node, Duration wait) {
        line.say(new LinkMessage.CloseFor(pool, node, wait.toNanos()));
    }

    @Override
    public void leave() {
        line.close();
    }

    /** Takes in what the keeper says. */
    public void read(LinkMessage.ToWorker message, long nowNanos) {
        switch (message) {
            case LinkMessage.Granted g -> {
                var ticket = new TicketId(worker, g.ticket());
                var grant = new Grant(g.grant(), ticket, g.node());
                long made = line.early(g.atNanos());
                post.accept(link -> link.granted(this, g.epoch(), grant, made, nowNanos));
            }
            case LinkMessage.Refused r -> {
                var ticket = new TicketId(worker, r.ticket());
                post.accept(link -> link.refused(this, r.pool(), r.epoch(), ticket, nowNanos));
            }
            case LinkMessage.Told t -> {
                PeerClock.Shift shift = line.shift();
                var history = t.history().shifted(shift.mostNanos(), shift.doubtNanos());
                post.accept(link -> link.told(t.pool(), t.epoch(), history, nowNanos));
            }
            case LinkMessage.TurnedAway t ->
                    post.accept(link -> link.turnedAway(this, t.pool(), t.epoch(), nowNanos));
        }
    }
}
