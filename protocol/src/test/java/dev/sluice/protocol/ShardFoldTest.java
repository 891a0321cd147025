package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ShardFoldTest {

    private static final int SHARD = 4;
    private static final RequestsTopic TOPIC = new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL);

    @Test
    void theFirstResultCountsAndLaterOnesAreSuperseded() {
        var fold = new ShardFold(SHARD);
        ResultEvent first = result(0, "w1");
        ResultEvent second = result(0, "w2");

        assertThat(fold.apply(first)).isEqualTo(new ShardFold.Step.First(first));
        assertThat(fold.apply(second)).isEqualTo(new ShardFold.Step.Superseded(second));
        assertThat(fold.doneBelow(TOPIC, 10)).isEqualTo(1);
    }

    @Test
    void aDuplicateEndsItsRequestAndWhicheverComesFirstCounts() {
        var fold = new ShardFold(SHARD);
        var pointer = new Duplicate(id(1), id(0), Instant.EPOCH, Instant.EPOCH, "w");

        assertThat(fold.apply(pointer)).isEqualTo(new ShardFold.Step.First(pointer));
        assertThat(fold.isDone(TOPIC, 1)).isTrue();
        assertThat(fold.isDone(TOPIC, 0)).isFalse();
        ResultEvent late = result(1, "w2");
        assertThat(fold.apply(late)).isEqualTo(new ShardFold.Step.Superseded(late));
        assertThat(fold.apply(pointer)).isEqualTo(new ShardFold.Step.Superseded(pointer));
    }

    @Property
    void eachRequestHasExactlyOneFirstResult(@ForAll("offsets") List<Long> offsets) {
        var fold = new ShardFold(SHARD);
        var firsts = new ArrayList<Long>();

        for (long offset : offsets) {
            if (fold.apply(result(offset, "w")) instanceof ShardFold.Step.First(var ending)) {
                firsts.add(ending.request().position().offset());
            }
        }

        assertThat(firsts).doesNotHaveDuplicates().containsAll(new HashSet<>(offsets));
        assertThat(fold.doneBelow(TOPIC, 100)).isEqualTo(firsts.size());
    }

    /**
     * A worker thought dead may append its snapshot late: anywhere, in any order, more than once.
     */
    @Property
    void lateSnapshotsChangeNothing(@ForAll("offsets") List<Long> offsets, @ForAll long seed) {
        List<ResultsRecord> log = withSnapshots(offsets);
        var inOrder = new ShardFold(SHARD);
        log.forEach(inOrder::apply);
        var random = new Random(seed);
        var late = new ShardFold(SHARD);
        var snapshots = new ArrayList<ResultsRecord>();
        for (ResultsRecord entry : log) {
            if (entry instanceof LedgerSnapshot) {
                snapshots.add(entry);
            } else {
                late.apply(entry);
            }
            if (!snapshots.isEmpty() && random.nextBoolean()) {
                late.apply(snapshots.get(random.nextInt(snapshots.size())));
            }
        }

        assertThat(late.snapshot()).isEqualTo(inOrder.snapshot());
    }

    @Property
    void aCheckpointAndWhatFollowsGiveTheWholeFold(
            @ForAll("offsets") List<Long> offsets,
            @ForAll @IntRange(max = 100) int cut,
            @ForAll @IntRange(max = 8) int delay) {
        // The owner had read `from` records when it made its snapshot; the snapshot itself stands
        // in the log some records later.
        var log = new ArrayList<ResultsRecord>();
        offsets.forEach(offset -> log.add(result(offset, "w")));
        int from = Math.min(cut, log.size());
        var owner = new ShardFold(SHARD);
        log.subList(0, from).forEach(owner::apply);
        var checkpoint = new Checkpoint(owner.next(TOPIC), from);
        log.add(Math.min(log.size(), from + delay), owner.snapshot());

        var whole = new ShardFold(SHARD);
        log.forEach(whole::apply);
        var resumed = new ShardFold(SHARD);
        resumed.checkpoint(TOPIC, checkpoint.next());
        log.subList((int) checkpoint.from(), log.size()).forEach(resumed::apply);

        assertThat(resumed.doneBelow(TOPIC, 100)).isEqualTo(whole.doneBelow(TOPIC, 100));
        assertThat(resumed.next(TOPIC)).isEqualTo(whole.next(TOPIC));
        for (long offset = 0; offset < 50; offset++) {
            assertThat(resumed.isDone(TOPIC, offset)).isEqualTo(whole.isDone(TOPIC, offset));
        }
    }

    @Test
    void aStaleCheckpointTakesNothingBack() {
        var fold = new ShardFold(SHARD);
        fold.checkpoint(TOPIC, 10);
        fold.checkpoint(TOPIC, 3);

        assertThat(fold.next(TOPIC)).isEqualTo(10);
    }

    @Test
    void aHeldRecordIsHandedOnAndMakesNothingDone() {
        var fold = new ShardFold(SHARD);
        var held = new Held(SHARD, Instant.EPOCH, List.of(id(3)));

        assertThat(fold.apply(held)).isEqualTo(new ShardFold.Step.HeldBack(held));
        assertThat(fold.isDone(TOPIC, 3)).isFalse();
    }

    @Test
    void aRecordOfAnotherShardIsRefused() {
        var fold = new ShardFold(SHARD + 1);

        assertThatThrownBy(() -> fold.apply(result(0, "w")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of shard 4 in results of 5");
    }

    @Test
    void checkpointsAreReadBackFromTheirMetadata() {
        var checkpoint = new Checkpoint(12, 345);

        assertThat(Checkpoint.parse(12, checkpoint.metadata())).contains(checkpoint);
        assertThat(Checkpoint.parse(12, "")).isEmpty();
        assertThat(Checkpoint.parse(12, "from=-1")).isEmpty();
        assertThat(Checkpoint.parse(-1, "from=3")).isEmpty();
    }

    private static List<ResultsRecord> withSnapshots(List<Long> offsets) {
        var log = new ArrayList<ResultsRecord>();
        var fold = new ShardFold(SHARD);
        for (long offset : offsets) {
            ResultEvent result = result(offset, "w");
            fold.apply(result);
            log.add(result);
            if (offset % 3 == 0) {
                log.add(fold.snapshot());
            }
        }
        return log;
    }

    private static RequestId id(long offset) {
        return new RequestId(new Position(TOPIC, SHARD, offset), new Nonce(offset));
    }

    private static ResultEvent result(long offset, String worker) {
        return new ResultEvent(
                id(offset),
                Outcome.SUCCEEDED,
                Optional.of(new Answer(200, List.of(), Body.EMPTY)),
                Optional.of("gpu-a"),
                1,
                List.of(),
                Instant.EPOCH,
                Instant.EPOCH,
                0,
                Optional.empty(),
                Optional.empty(),
                worker);
    }

    @Provide
    Arbitrary<List<Long>> offsets() {
        return Arbitraries.longs().between(0, 40).list().ofMaxSize(80);
    }
}
