package dev.sluice.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Ending;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a dispatch asked for. */
final class RecordedActions implements Actions {

    final List<Long> tickets = new ArrayList<>(); // at the gatehouse
    final List<Pending> sent = new ArrayList<>();
    final List<Ending> endings = new ArrayList<>();
    final List<KeyClaim> claims = new ArrayList<>();
    final List<Gate.Ending> handedBack = new ArrayList<>();
    final List<String> closed = new ArrayList<>();
    Set<String> avoid = Set.of(); // of the latest ticket
    int handedIn;

    /** The first result that was to be appended. */
    ResultEvent result() {
        return (ResultEvent) endings.getFirst();
    }

    @Override
    public void handIn(PoolName pool, Ticket ticket) {
        handedIn++;
        tickets.add(ticket.id().number());
        avoid = ticket.avoid();
    }

    @Override
    public void withdraw(PoolName pool, TicketId ticket) {
        assertThat(tickets.remove(ticket.number())).isTrue();
    }

    @Override
    public void send(Pending request, Grant grant) {
        tickets.remove(grant.ticket().number());
        sent.add(request);
    }

    @Override
    public void end(PoolName pool, Grant grant, Gate.Ending ending) {
        tickets.remove(grant.ticket().number());
        handedBack.add(ending);
    }

    @Override
    public void close(PoolName pool, String node, Duration wait) {
        closed.add(node + " " + wait);
    }

    @Override
    public void append(Ending ending) {
        endings.add(ending);
    }

    @Override
    public void claim(int shard, KeyClaim claim) {
        claims.add(claim);
    }
}
