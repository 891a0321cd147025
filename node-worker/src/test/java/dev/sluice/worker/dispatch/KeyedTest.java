package dev.sluice.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Body;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Fingerprint;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.KeyHash;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ShardFold;
import dev.sluice.worker.keys.KeyBounds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests with an idempotency key, from the worker's side. */
class KeyedTest {

    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    private final RecordedActions asked = new RecordedActions();
    private final Dispatch dispatch =
            new Dispatch(
                    "w",
                    new DispatchSettings(100, 1000, 10, new KeyBounds(100, Duration.ofDays(1))),
                    new RetryPolicy(RetrySettings.of(3)),
                    asked);
    private long nowMs = 1_000;

    @BeforeEach
    void take() {
        dispatch.take(0, new ShardFold(0));
    }

    @Test
    void aRequestWithAKeyGoesOnWhenItsClaimHasBeenRead() {
        read(Lane.NORMAL, 0, "k", "body");
        assertThat(asked.tickets).isEmpty();

        readClaims(1);

        assertThat(asked.claims.getFirst().first()).isEqualTo(id(Lane.NORMAL, 0));
        assertThat(asked.tickets).hasSize(1);
        assertThat(asked.endings).isEmpty();
    }

    @Test
    void laterOnesAreNeverSentAndLeadToTheFirst() {
        read(Lane.NORMAL, 0, "k", "body");
        read(Lane.HIGH, 0, "k", "body"); // while the claim is on its way
        assertThat(asked.claims).hasSize(1);
        readClaims(1);
        read(Lane.LOW, 5, "k", "body");

        assertThat(asked.tickets).hasSize(1);
        assertThat(asked.claims).hasSize(1);
        assertThat(asked.endings)
                .containsExactly(
                        duplicate(id(Lane.HIGH, 0), id(Lane.NORMAL, 0)),
                        duplicate(id(Lane.LOW, 5), id(Lane.NORMAL, 0)));
        assertThat(dispatch.figures()).containsOnlyKeys("ticketed");
    }

    @Test
    void anotherRequestUnderTheSameKeyFails() {
        read(Lane.NORMAL, 0, "k", "body");
        readClaims(1);

        read(Lane.NORMAL, 1, "k", "another body");

        assertThat(asked.result().request()).isEqualTo(id(Lane.NORMAL, 1));
        assertThat(asked.result().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(asked.result().reason()).contains(Reason.IDEMPOTENCY_KEY_REUSED);
        assertThat(asked.result().attemptCount()).isZero();
    }

    @Test
    void aClaimThatStandsBeforeOursInTheLogCounts() {
        read(Lane.NORMAL, 7, "k", "body");
        claimed(claim("k", "body", id(Lane.HIGH, 3))); // of a worker thought dead
        readClaims(1);
        assertThat(asked.tickets).isEmpty();
        assertThat(asked.endings).containsExactly(duplicate(id(Lane.NORMAL, 7), id(Lane.HIGH, 3)));

        read(Lane.HIGH, 3, "k", "body");

        assertThat(asked.tickets).hasSize(1);
        assertThat(asked.claims).hasSize(1);
    }

    @Test
    void aRequestWithoutAKeyDoesNotWait() {
        read(Lane.NORMAL, 1, "k", "body");
        readWithoutKey(3);

        assertThat(asked.tickets).hasSize(1);
    }

    @Test
    void anOldClaimThatIsReadLateAndWhoseTimeIsOverDoesNotCount() {
        long longAgoMs = nowMs;
        nowMs += DAY_MS + 1;
        read(Lane.NORMAL, 7, "k", "body");

        var old = claim("k", "body", id(Lane.NORMAL, 0));
        dispatch.claimed(0, old, longAgoMs, 0, nowMs); // by a new owner, from the start of the log
        assertThat(dispatch.figures()).containsOnlyKeys("claiming");
        readClaims(1);

        assertThat(asked.tickets).hasSize(1);
        assertThat(asked.endings).isEmpty();
    }

    @Test
    void whatGotItsResultMeanwhileIsLeftOut() {
        read(Lane.NORMAL, 0, "k", "body");
        dispatch.results(0, duplicate(id(Lane.NORMAL, 0), id(Lane.HIGH, 9)), 0, nowMs);
        assertThat(dispatch.figures()).isEmpty();

        readClaims(1);
        read(Lane.NORMAL, 0, "k", "body");

        assertThat(asked.claims).hasSize(1);
        assertThat(asked.tickets).isEmpty();
    }

    @Test
    void theFirstMayBeHeldByAFormerOwner() {
        claimed(claim("k", "body", id(Lane.NORMAL, 0)));
        var held = new Held(0, Instant.ofEpochMilli(nowMs + 50), List.of(id(Lane.NORMAL, 0)));
        dispatch.results(0, held, 0, nowMs);

        read(Lane.NORMAL, 0, "k", "body");
        read(Lane.NORMAL, 1, "k", "body");

        assertThat(dispatch.figures()).containsOnlyKeys("held");
        assertThat(asked.endings).hasSize(1);
        dispatch.tick(50_000_000, nowMs + 50);
        assertThat(asked.tickets).hasSize(1);
    }

    @Test
    void aKeyWhoseTimeIsOverIsNewAgain() {
        read(Lane.NORMAL, 0, "k", "body");
        readClaims(1);
        nowMs += DAY_MS;
        read(Lane.NORMAL, 1, "k", "body");
        assertThat(asked.endings).hasSize(1);

        nowMs++;
        read(Lane.NORMAL, 2, "k", "body");
        readClaims(2);

        assertThat(asked.endings).hasSize(1);
        assertThat(asked.tickets).hasSize(2);
    }

    @Test
    void theFirstThatExpiredIsTheOneResultAllTheSame() {
        long appendedAtMs = nowMs;
        nowMs += 10;
        var late =
                event(Lane.NORMAL, 0, Optional.of("k"), "body", Optional.of(Duration.ofMillis(5)));
        dispatch.read(id(Lane.NORMAL, 0).position(), appendedAtMs, late, 0, nowMs);
        readClaims(1);
        assertThat(asked.result().outcome()).isEqualTo(Outcome.EXPIRED);

        read(Lane.NORMAL, 1, "k", "body");

        assertThat(asked.endings.getLast())
                .isEqualTo(duplicate(id(Lane.NORMAL, 1), id(Lane.NORMAL, 0)));
        assertThat(asked.tickets).isEmpty();
    }

    @Test
    void aShardLetGoForgetsItsKeysAndReadsThemAgain() {
        read(Lane.NORMAL, 0, "k", "body");
        dispatch.release(0);
        assertThat(dispatch.figures()).isEmpty();
        assertThat(dispatch.keys()).isZero();

        dispatch.take(0, new ShardFold(0));
        read(Lane.NORMAL, 0, "k", "body");
        claimed(asked.claims.getFirst()); // the one from before

        assertThat(asked.tickets).hasSize(1);
        assertThat(dispatch.keys()).isEqualTo(1);
    }

    private void readClaims(int number) {
        assertThat(asked.claims).hasSize(number);
        claimed(asked.claims.get(number - 1));
    }

    private void claimed(KeyClaim claim) {
        dispatch.claimed(0, claim, nowMs, 0, nowMs);
    }

    private KeyClaim claim(String key, String body, RequestId first) {
        var event = event(Lane.NORMAL, 0, Optional.of(key), body, Optional.empty());
        return new KeyClaim(KeyHash.of(PoolName.DEFAULT, key), Fingerprint.of(event), first);
    }

    private Duplicate duplicate(RequestId request, RequestId first) {
        Instant now = Instant.ofEpochMilli(nowMs);
        return new Duplicate(request, first, now, now, "w");
    }

    private void read(Lane lane, int offset, String key, String body) {
        var event = event(lane, offset, Optional.of(key), body, Optional.empty());
        dispatch.read(id(lane, offset).position(), nowMs, event, 0, nowMs);
    }

    private void readWithoutKey(int offset) {
        var event = event(Lane.NORMAL, offset, Optional.empty(), "body", Optional.empty());
        dispatch.read(id(Lane.NORMAL, offset).position(), nowMs, event, 0, nowMs);
    }

    private static RequestEvent event(
            Lane lane, int offset, Optional<String> key, String body, Optional<Duration> deadline) {
        return new RequestEvent(
                id(lane, offset).nonce(),
                PoolName.DEFAULT,
                Instant.EPOCH,
                "POST",
                "/",
                Optional.empty(),
                deadline,
                key,
                List.of(),
                Body.ofUtf8(body));
    }

    private static RequestId id(Lane lane, int offset) {
        var topic = new RequestsTopic(PoolName.DEFAULT, lane);
        return new RequestId(new Position(topic, 0, offset), new Nonce(lane.letter() + offset));
    }
}
