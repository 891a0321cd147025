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
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ShardFold;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.keys.KeyBounds;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
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

    private static final DispatchSettings SETTINGS =
            new DispatchSettings(100, 1000, 2, new KeyBounds(100, Duration.ofDays(1)));

    private final RecordedActions asked = new RecordedActions();
    private final Dispatch dispatch =
            new Dispatch("w", SETTINGS, new RetryPolicy(RetrySettings.of(3)), asked);
    private long now = Long.MAX_VALUE - 1_000_000_000L;
    private long nowMs = 1_000;

    @Test
    void timersGoOffInOrderWhenTheClockWrapsAround() {
        dispatch.take(0, new ShardFold(0));
        read(0, Optional.of(Duration.ofMillis(500)));
        read(1, Optional.of(Duration.ofMillis(1500))); // wraps around
        pass(500);

        assertThat(asked.endings).hasSize(1);
        assertThat(asked.result().outcome()).isEqualTo(Outcome.EXPIRED);
        pass(1000);
        assertThat(asked.endings).hasSize(2);
        assertThat(dispatch.figures()).isEmpty();
    }

    @Test
    void aDeadlineInAThousandYearsIsOneLikeOthers() {
        dispatch.take(0, new ShardFold(0));
        read(0, Optional.of(Duration.ofDays(365_000)));
        pass(Duration.ofDays(2).toMillis());

        assertThat(asked.endings).isEmpty();
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

        end(grant, "n", 503);
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

    @Test
    void aRequestWhoseDeadlinePassesWhileItsGrantIsOnItsWayIsNotSent() {
        dispatch.take(0, new ShardFold(0));
        read(0, Optional.of(Duration.ofMillis(500)));
        now += 500_000_000;
        nowMs += 500; // and no tick before the grant

        grant();

        assertThat(asked.sent).isEmpty();
        assertThat(asked.handedBack).containsExactly(Gate.Ending.UNSENT);
        assertThat(asked.result().outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(dispatch.figures()).isEmpty();
    }

    @Test
    void whatWasWithheldForItsDeadlineExpiresWithoutAnAttempt() {
        dispatch.take(0, new ShardFold(0));
        read(0, Optional.of(Duration.ofMillis(500)));
        Grant grant = grant();
        now += 500_000_000;
        nowMs += 500; // while the connection is opened
        var attempt = new Attempt("n", Instant.EPOCH, Instant.EPOCH, "withheld");
        var withheld = new AttemptOutcome.Withheld();

        dispatch.ended(asked.sent.getLast(), grant, attempt, withheld, 0.5, now, nowMs);

        assertThat(asked.handedBack).containsExactly(Gate.Ending.UNSENT);
        assertThat(asked.result().outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(asked.result().attemptCount()).isZero();
    }

    @Test
    void aFailureCarriesTheLastErrorAndTheHistoryAndAnotherNodeIsPreferred() {
        dispatch.take(0, new ShardFold(0));
        read(0, Optional.empty());
        end(grant("n1"), "n1", 503);
        pass(30_000);
        assertThat(asked.avoid).containsExactly("n1");
        end(grant("n2"), "n2", 504);
        pass(30_000);
        assertThat(asked.avoid).containsExactly("n2");
        end(grant("n1"), "n1", 502);

        ResultEvent result = asked.result();
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.reason()).contains(Reason.NODE_ERROR);
        assertThat(result.detail()).contains("the node answered 502");
        assertThat(result.answer().get().status()).isEqualTo(502);
        assertThat(result.node()).contains("n1");
        assertThat(result.attemptCount()).isEqualTo(3);
        assertThat(result.attempts())
                .extracting(attempt -> attempt.node() + " " + attempt.result())
                .containsExactly("n1 503", "n2 504", "n1 502");
    }

    @Test
    void aResultIsNotFinishedBeforeItsLastAttempt() {
        dispatch.take(0, new ShardFold(0));
        read(0, Optional.empty());
        Grant grant = grant();
        Instant finished = Instant.ofEpochMilli(nowMs).plusNanos(400_000);
        var attempt = new Attempt("n", finished, finished, "200");
        var answer = new Answer(200, List.of(), Body.EMPTY);

        dispatch.ended(
                asked.sent.getLast(),
                grant,
                attempt,
                new AttemptOutcome.Delivered(answer),
                0.5,
                now,
                nowMs);

        assertThat(asked.result().finishedAt()).isEqualTo(finished);
    }

    @Test
    void aBusyNodeIsLeftAloneEvenWhereItsAnswerIsFinal() {
        var once =
                new RetrySettings(
                        3, RetryOn.parse("none"), Duration.ofMillis(10), Duration.ofMillis(10));
        var never = new Dispatch("w", SETTINGS, new RetryPolicy(once), asked);
        never.take(0, new ShardFold(0));
        never.read(id(0).position(), nowMs, event(Optional.empty()), now, nowMs);
        var grant = new Grant(1, new TicketId("w", asked.tickets.getFirst()), NODE);
        never.granted(grant, nowMs);
        var answer = new Answer(429, List.of(), Body.EMPTY);
        var busy = new AttemptOutcome.Throttled(answer, Optional.of(Duration.ofSeconds(7)));
        var attempt = new Attempt("n", Instant.EPOCH, Instant.EPOCH, "429");

        never.ended(asked.sent.getLast(), grant, attempt, busy, 0.5, now, nowMs);

        assertThat(asked.closed).containsExactly("n PT7S");
        assertThat(asked.result().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(asked.result().answer()).contains(answer);
    }

    private void read(int offset, Optional<Duration> deadline) {
        dispatch.read(id(offset).position(), nowMs, event(deadline), now, nowMs);
    }

    private static RequestEvent event(Optional<Duration> deadline) {
        return new RequestEvent(
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
    }

    private static RequestId id(int offset) {
        return new RequestId(new Position(TOPIC, 0, offset), new Nonce(7));
    }

    private Held held(long millis, RequestId... ids) {
        return new Held(0, Instant.ofEpochMilli(nowMs + millis), List.of(ids));
    }

    private Grant grant() {
        return grant("n");
    }

    private Grant grant(String node) {
        var spec = new NodeSpec(node, NODE.pool(), NODE.url(), 60, 1000, 1, Optional.empty());
        var grant = new Grant(1, new TicketId("w", asked.tickets.getFirst()), spec);
        dispatch.granted(grant, nowMs);
        return grant;
    }

    private void end(Grant grant, String node, int status) {
        var answer = new Answer(status, List.of(), Body.EMPTY);
        var attempt = new Attempt(node, Instant.EPOCH, Instant.EPOCH, Integer.toString(status));
        var outcome = new AttemptOutcome.Delivered(answer);
        dispatch.ended(asked.sent.getLast(), grant, attempt, outcome, 0.5, now, nowMs);
    }

    private void pass(long millis) {
        now += millis * 1_000_000;
        nowMs += millis;
        dispatch.tick(now, nowMs);
    }
}
