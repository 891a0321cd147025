package dev.sluice.ingress.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Fingerprint;
import dev.sluice.protocol.KeyHash;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecentKeysTest {

    private static final KeyHash KEY = new KeyHash(1, 1);
    private static final Fingerprint BODY = new Fingerprint(1, 1);
    private static final long START = new ManualClock().nanoTime(); // wraps around
    private static final Appended ACCEPTED =
            new Appended.Accepted(
                    new RequestId(
                            new Position(new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL), 0, 7),
                            new Nonce(7)),
                    Instant.EPOCH);

    private final RecentKeys keys = new RecentKeys(2, Duration.ofSeconds(2));

    @Test
    void aRepeatIsAnsweredAsTheFirstWas() throws Exception {
        append(KEY, START, ACCEPTED);

        assertThat(repeat(KEY, BODY, START + 2_000_000_000).await()).contains(ACCEPTED);
        assertThat(keys.begin(KEY, new Fingerprint(2, 2), START + 2_000_000_000))
                .isEqualTo(new RecentKeys.Answer.Reused());
    }

    @Test
    void afterItsTimeAKeyIsNew() {
        append(KEY, START, ACCEPTED);

        assertThat(keys.begin(KEY, new Fingerprint(2, 2), START + 2_000_000_001))
                .isInstanceOf(RecentKeys.Answer.Append.class);
    }

    @Test
    void repeatsThatComeMeanwhileShareTheAppend() throws Exception {
        CompletableFuture<Optional<Appended>> shared;
        try (var turn = turn(KEY, START)) {
            RecentKeys.First first = repeat(KEY, BODY, START + 1);
            shared =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return first.await();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            assertThat(shared).isNotDone();
            turn.appended(ACCEPTED);
        }
        assertThat(shared.get(10, TimeUnit.SECONDS)).contains(ACCEPTED);
    }

    @Test
    void whatTheLogMayNotHaveIsForgottenSoThatItCanBeSentAgain() throws Exception {
        for (Appended bad :
                new Appended[] {new Appended.NotTried("a"), new Appended.Unknown("b")}) {
            RecentKeys.First first;
            try (var turn = turn(KEY, START)) {
                first = repeat(KEY, BODY, START);
                turn.appended(bad);
            }
            assertThat(first.await()).as("those that shared it hear the same").contains(bad);
            assertThat(keys.size()).isZero();
        }
        RecentKeys.First first;
        try (var turn = turn(KEY, START)) {
            first = repeat(KEY, BODY, START);
            assertThat(turn).isNotNull(); // refused before the append, such as by a full queue
        }
        assertThat(first.await()).as("those that waited are to try for themselves").isEmpty();
        assertThat(keys.size()).isZero();
    }

    @Test
    void atItsBoundTheOldestIsForgotten() {
        append(KEY, START, ACCEPTED);
        append(new KeyHash(2, 2), START + 1, ACCEPTED);
        append(new KeyHash(3, 3), START + 2, ACCEPTED);

        assertThat(keys.size()).isEqualTo(2);
        assertThat(repeat(new KeyHash(2, 2), BODY, START + 3)).isNotNull();
        assertThat(keys.begin(KEY, BODY, START + 3)).isInstanceOf(RecentKeys.Answer.Append.class);
    }

    private void append(KeyHash key, long atNanos, Appended what) {
        try (var turn = turn(key, atNanos)) {
            turn.appended(what);
        }
    }

    private RecentKeys.Turn turn(KeyHash key, long atNanos) {
        return ((RecentKeys.Answer.Append) keys.begin(key, BODY, atNanos)).turn();
    }

    private RecentKeys.First repeat(KeyHash key, Fingerprint body, long atNanos) {
        return ((RecentKeys.Answer.Repeat) keys.begin(key, body, atNanos)).first();
    }
}
