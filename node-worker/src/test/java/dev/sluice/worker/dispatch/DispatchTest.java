package dev.sluice.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ShardFold;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DispatchTest {

    private static final RequestsTopic TOPIC = new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL);
    private static final NodeSpec NODE =
            new NodeSpec(
                    "n",
                    PoolName.DEFAULT,
                    URI.create("http://127.0.0.1:1"),
                    60,
                    1000,
                    1,
                    Optional.empty());

    /** What was asked for. */
    private static final class Recorded implements Actions {
        final List<Long> tickets = new ArrayList<>(); // at the gatehouse
        final List<Pending> sent = new ArrayList<>();
        final List<ResultEvent> results = new ArrayList<>();
        int handedIn;

        @Override
        public void handIn(PoolName pool, Ticket ticket) {
            handedIn++;
            tickets.add(ticket.id().number());
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
        public void end(PoolName pool, Grant grant, Gate.Ending ending) {}

        @Override
        public void close(PoolName pool, String node, Duration wait) {}

        @Override
        public void append(ResultEvent result) {
            results.add(result);
        }
    }

    private final Recorded asked = new Recorded();
    private final Dispatch dispatch =
            new Dispatch("w", new DispatchSettings(100, 1000, 2), new RetryPolicy(3), asked);
    private long now = Long.MAX_VALUE - 1_000_000_000L;
    private long nowMs = 1_000;

    @Test
    void timersGoOffInOrderWhenTheClockWrapsAround() {
        dispatch.take(0, new ShardFold(0));
        read(0, Optional.of(Duration.ofMillis(500)));
        read(1, Optional.of(Duration.ofMillis(1500))); // wraps around
        pass(500);

        assertThat(asked.results).hasSize(1);
        assertThat(asked.results.getFirst().outcome()).isEqualTo(Outcome.EXPIRED);
        pass(1000);
        assertThat(asked.results).hasSize(2);
        assertThat(dispatch.figures()).isEmpty();
    }

    @Test
    void aDeadlineInAThousandYearsIsOneLikeOthers() {
        dispatch.take(0, new ShardFold(0));
        read(0, Optional.of(Duration.ofDays(365_000)));
        pass(Duration.ofDays(2).toMillis());

        assertThat(asked.results).isEmpty();
        assertThat(asked.tickets).hasSize(1);
    }

    @Test
    void aShardLetGoTakesItsTicketsBackAndAsksForNoNewOnes() {
        dispatch.take(0, new ShardFold(0));
        for (int i = 0; i < 20; i++) {
            read(i, Optional.empty());
        }
        assertThat(asked.tickets).hasSize(2);

        dispatch.release(0);

        assertThat(asked.tickets).isEmpty();
        assertThat(asked.handedIn).isLessThanOrEqualTo(4);
        assertThat(dispatch.figures()).isEmpty();
    }

    @Test
    void aShardThatComesBackFindsItsRequestStillOnItsWay() {
        dispatch.take(0, new ShardFold(0));
        read(0, Optional.empty());
        Grant grant = grant();
        assertThat(dispatch.release(0)).containsExactly(id(0));
        dispatch.take(0, new ShardFold(0));
        read(0, Optional.empty());
        assertThat(asked.tickets).isEmpty();

        end(grant, 503);
        pass(30_000);

        assertThat(asked.tickets).hasSize(1);
        assertThat(dispatch.figures()).containsOnlyKeys("ticketed");
    }

    @Test
    void whatAFormerOwnerHoldsIsPassedOn() {
        dispatch.take(0, new ShardFold(0));
        dispatch.results(0, held(5_000, id(0), id(1), id(2)), now, nowMs);
        read(0, Optional.empty());
        read(2, Optional.empty());
        assertThat(asked.tickets).isEmpty();
        dispatch.results(0, held(0, id(2)), now, nowMs);
        pass(1);
        assertThat(asked.tickets).hasSize(1);

        assertThat(dispatch.release(0)).containsExactlyInAnyOrder(id(0), id(1));
    }

    @Test
    void aLateWordOfAFormerOwnerTakesTheTicketBack() {
        dispatch.take(0, new ShardFold(0));
        read(0, Optional.empty());
        assertThat(asked.tickets).hasSize(1);
        dispatch.results(0, held(5_000, id(0)), now, nowMs);
        assertThat(asked.tickets).isEmpty();

        pass(5_000);

        assertThat(asked.tickets).hasSize(1);
    }

    private void read(int offset, Optional<Duration> deadline) {
        var event =
                new RequestEvent(
                        new Nonce(7),
                        PoolName.DEFAULT,
                        Instant.EPOCH,
                        "POST",
                        "/",
                        Optional.empty(),
                        deadline,
                        Optional.empty(),
                        List.of(),
                        Body.EMPTY);
        dispatch.read(id(offset).position(), nowMs, event, now, nowMs);
    }

    private static RequestId id(int offset) {
        return new RequestId(new Position(TOPIC, 0, offset), new Nonce(7));
    }

    private Held held(long millis, RequestId... ids) {
        return new Held(0, Instant.ofEpochMilli(nowMs + millis), List.of(ids));
    }

    private Grant grant() {
        var grant = new Grant(1, new TicketId("w", asked.tickets.getFirst()), NODE);
        dispatch.granted(grant);
        return grant;
    }

    private void end(Grant grant, int status) {
        var answer = new Answer(status, List.of(), Body.EMPTY);
        var attempt = new Attempt("n", Instant.EPOCH, Instant.EPOCH, "503");
        var outcome = new AttemptOutcome.Delivered(answer);
        dispatch.ended(asked.sent.getLast(), grant, attempt, outcome, 0.5, now, nowMs);
    }

    private void pass(long millis) {
        now += millis * 1_000_000;
        nowMs += millis;
        dispatch.tick(now, nowMs);
    }
}
