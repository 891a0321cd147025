package dev.sluice.worker.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Fingerprint;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.KeyHash;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class KeyLedgerTest {

    private static final int SHARDS = 3;
    private static final int KEYS = 6;
    private static final long TIME_MS = 40;

    /** What happens, one step after the other. */
    sealed interface Step {
        record Claim(int shard, int key, Lane lane, int body) implements Step {}

        record Pass(int millis) implements Step {}

        /** The shard goes and comes back, or its worker crashed: its log is read anew. */
        record TakeOver(int shard) implements Step {}
    }

    /** A claim in the log. */
    private record Logged(int shard, KeyClaim claim, long atMs) {}

    /** The rule, word by word, over all that is remembered. */
    private static final class Naive {
        final int max;
        final List<Logged> remembered = new ArrayList<>();
        long forgotten;

        Naive(int max) {
            this.max = max;
        }

        void claimed(Logged claim) {
            remembered.removeIf(l -> l.shard == claim.shard && isOver(l, claim.atMs));
            if (find(claim.shard, claim.claim.key(), claim.atMs).isPresent()) {
                return;
            }
            remembered.add(claim);
            if (remembered.size() > max) {
                var oldest = remembered.stream().min(Comparator.comparingLong(Logged::atMs)).get();
                remembered.remove(oldest);
                forgotten += isOver(oldest, claim.atMs) ? 0 : 1;
            }
        }

        Optional<Logged> find(int shard, KeyHash key, long nowMs) {
            return remembered.stream()
                    .filter(l -> l.shard == shard && l.claim.key().equals(key))
                    .filter(l -> !isOver(l, nowMs))
                    .findFirst();
        }

        static boolean isOver(Logged logged, long nowMs) {
            return nowMs - logged.atMs > TIME_MS;
        }
    }

    @Property(tries = 500)
    void itKnowsWhatTheRuleSays(@ForAll("steps") List<Step> steps, @ForAll("bounds") int max) {
        var ledger = new KeyLedger(new KeyBounds(max, Duration.ofMillis(TIME_MS)));
        var naive = new Naive(max);
        var log = new ArrayList<Logged>();
        long nowMs = 1_000;
        for (Step step : steps) {
            nowMs++;
            switch (step) {
                case Step.Claim(int shard, int key, Lane lane, int body) -> {
                    var claimed =
                            new Logged(shard, claim(shard, key, lane, body, log.size()), nowMs);
                    log.add(claimed);
                    naive.claimed(claimed);
                    var first = ledger.claimed(shard, claimed.claim, nowMs);
                    naive.find(shard, claimed.claim.key(), nowMs)
                            .ifPresent(
                                    known -> assertThat(first.id()).isEqualTo(known.claim.first()));
                }
                case Step.Pass(int millis) -> nowMs += millis;
                case Step.TakeOver(int shard) -> {
                    ledger.release(shard);
                    naive.remembered.removeIf(l -> l.shard == shard);
                    for (Logged logged : log) {
                        if (logged.shard == shard) {
                            ledger.claimed(shard, logged.claim, logged.atMs);
                            naive.claimed(logged);
                        }
                    }
                }
            }
            agree(ledger, naive, nowMs);
        }
    }

    private static void agree(KeyLedger ledger, Naive naive, long nowMs) {
        for (int shard = 0; shard < SHARDS; shard++) {
            for (int key = 0; key < KEYS; key++) {
                assertThat(ledger.find(shard, hash(key), nowMs))
                        .isEqualTo(naive.find(shard, hash(key), nowMs).map(l -> first(l.claim)));
            }
        }
        assertThat(ledger.size()).isEqualTo(naive.remembered.size());
        assertThat(ledger.forgotten()).isEqualTo(naive.forgotten);
    }

    /** Whoever reads the log from the start, with room for all, sees the same first requests. */
    @Property(tries = 500)
    void everyReaderOfTheLogSeesTheSameFirsts(@ForAll("steps") List<Step> steps) {
        var bounds = new KeyBounds(10_000, Duration.ofMillis(TIME_MS));
        var writer = new KeyLedger(bounds);
        var log = new ArrayList<Logged>();
        Map<KeyClaim, KeyLedger.First> said = new HashMap<>();
        long nowMs = 1_000;
        for (Step step : steps) {
            nowMs += step instanceof Step.Pass(int millis) ? millis : 1;
            if (step instanceof Step.Claim(int shard, int key, Lane lane, int body)) {
                KeyClaim claim = claim(shard, key, lane, body, log.size());
                log.add(new Logged(shard, claim, nowMs));
                said.put(claim, writer.claimed(shard, claim, nowMs));
            }
        }
        var reader = new KeyLedger(bounds);
        for (Logged logged : log) {
            assertThat(reader.claimed(logged.shard, logged.claim, logged.atMs))
                    .isEqualTo(said.get(logged.claim));
        }
    }

    @Test
    void atItsBoundTheOldestOfAllShardsMakesRoom() {
        var ledger = new KeyLedger(new KeyBounds(2, Duration.ofMillis(TIME_MS)));
        ledger.claimed(1, claim(1, 0, Lane.HIGH, 0, 0), 10);
        ledger.claimed(0, claim(0, 1, Lane.HIGH, 0, 1), 11);
        ledger.claimed(0, claim(0, 2, Lane.HIGH, 0, 2), 12);

        assertThat(ledger.find(1, hash(0), 12)).isEmpty();
        assertThat(ledger.find(0, hash(1), 12)).isPresent();
        assertThat(ledger.forgotten()).isEqualTo(1);
        assertThat(ledger.size()).isEqualTo(2);
        ledger.release(0);
        assertThat(ledger.size()).isZero();
    }

    private static KeyLedger.First first(KeyClaim claim) {
        return new KeyLedger.First(claim.first(), claim.fingerprint());
    }

    private static KeyHash hash(int key) {
        return KeyHash.of(PoolName.DEFAULT, "key-" + key);
    }

    private static KeyClaim claim(int shard, int key, Lane lane, int body, long offset) {
        var position = new Position(new RequestsTopic(PoolName.DEFAULT, lane), shard, offset);
        return new KeyClaim(
                hash(key), new Fingerprint(body, -1), new RequestId(position, new Nonce(-offset)));
    }

    @Provide
    Arbitrary<Integer> bounds() {
        return Arbitraries.of(1, 2, 5, 10_000);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        var shards = Arbitraries.integers().between(0, SHARDS - 1);
        Arbitrary<Step> claims =
                Combinators.combine(
                                shards,
                                Arbitraries.integers().between(0, KEYS - 1),
                                Arbitraries.of(Lane.class),
                                Arbitraries.integers().between(0, 1))
                        .as(Step.Claim::new);
        Arbitrary<Step> passes = Arbitraries.of(1, 5, 39, 40, 41).map(Step.Pass::new);
        Arbitrary<Step> takeOvers = shards.map(Step.TakeOver::new);
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(8, claims),
                        net.jqwik.api.Tuple.of(2, passes),
                        net.jqwik.api.Tuple.of(1, takeOvers))
                .list()
                .ofMaxSize(40);
    }
}
