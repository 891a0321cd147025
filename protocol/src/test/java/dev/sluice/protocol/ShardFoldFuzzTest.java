package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Any order of records in a results partition: the first ending counts, and nothing else does. */
class ShardFoldFuzzTest {

    private static final int SHARD = 1;
    private static final int OFFSETS = 32;
    private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");
    private static final List<RequestsTopic> TOPICS =
            List.of(
                    new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL),
                    new RequestsTopic(PoolName.DEFAULT, Lane.HIGH),
                    new RequestsTopic(new PoolName("gpu"), Lane.NORMAL));

    private final ShardFold fold = new ShardFold(SHARD);
    private final Set<Position> done = new HashSet<>();

    @FuzzTest
    void theFirstEndingOfARequestCounts(byte[] input) throws UnreadableRecordException {
        var run = new ShardFoldFuzzTest(); // one object serves all inputs
        var numbers = new FuzzInput.Numbers(input);
        while (numbers.areLeft()) {
            run.step(numbers);
        }
        run.check();
    }

    private void step(FuzzInput.Numbers numbers) throws UnreadableRecordException {
        int what = numbers.next(8);
        RequestsTopic topic = TOPICS.get(numbers.next(TOPICS.size()));
        int offset = numbers.next(OFFSETS);
        int end = numbers.next(OFFSETS);
        var id = new RequestId(new Position(topic, SHARD, offset), new Nonce(end));
        switch (what) {
            case 0, 1, 2 -> ends(id, result(id));
            case 3 -> ends(id, duplicate(id));
            case 4 -> {
                var set = new DoneSet(Math.min(offset, end));
                set.addRange(end, offset);
                read(new LedgerSnapshot(SHARD, Map.of(topic, set)));
                add(topic, 0, Math.min(offset, end));
                add(topic, end, offset);
            }
            case 5 -> {
                fold.missing(topic, offset, end);
                add(topic, offset, end);
            }
            case 6 -> {
                fold.checkpoint(topic, end);
                add(topic, 0, end);
            }
            default -> {
                assertThat(read(new Held(SHARD, AT, List.of(id))))
                        .isInstanceOf(ShardFold.Step.HeldBack.class);
                var elsewhere = new Held(SHARD + 1 + end, AT, List.of(id));
                assertThatThrownBy(() -> fold.apply(elsewhere))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    private void ends(RequestId id, Ending ending) throws UnreadableRecordException {
        boolean first = done.add(id.position());
        assertThat(read(ending))
                .isEqualTo(
                        first
                                ? new ShardFold.Step.First(ending)
                                : new ShardFold.Step.Superseded(ending));
    }

    /** By way of the log: what is applied was written and read. */
    private ShardFold.Step read(ResultsRecord entry) throws UnreadableRecordException {
        WireRecord record =
                switch (entry) {
                    case Ending ending -> ResultsCodec.encode(ending);
                    case LedgerSnapshot snapshot -> ResultsCodec.encode(snapshot, "w", AT);
                    case Held held -> ResultsCodec.encode(held, "w", AT);
                };
        return fold.apply(ResultsCodec.decode(record));
    }

    private void add(RequestsTopic topic, int start, int end) {
        for (int offset = start; offset < end; offset++) {
            done.add(new Position(topic, SHARD, offset));
        }
    }

    private void check() throws UnreadableRecordException {
        var next = new ShardFold(SHARD); // an owner that knows the snapshot alone
        next.apply(ResultsCodec.decode(ResultsCodec.encode(fold.snapshot(), "w", AT)));
        for (RequestsTopic topic : TOPICS) {
            int count = 0;
            for (int offset = 0; offset < OFFSETS; offset++) {
                boolean isDone = done.contains(new Position(topic, SHARD, offset));
                assertThat(fold.isDone(topic, offset)).isEqualTo(isDone);
                assertThat(next.isDone(topic, offset)).isEqualTo(isDone);
                count += isDone ? 1 : 0;
            }
            assertThat(fold.doneBelow(topic, OFFSETS)).isEqualTo(count);
        }
    }

    private static Duplicate duplicate(RequestId id) {
        var first = new RequestId(id.position(), new Nonce(id.nonce().bits() + 1));
        return new Duplicate(id, first, AT, AT, "w");
    }

    private static ResultEvent result(RequestId id) {
        return new ResultEvent(
                id,
                Outcome.SUCCEEDED,
                Optional.of(new Answer(200, List.of(), Body.EMPTY)),
                Optional.of("a"),
                1,
                List.of(new Attempt("a", AT, AT, "200")),
                AT,
                AT,
                0,
                Optional.empty(),
                Optional.empty(),
                "w");
    }
}
