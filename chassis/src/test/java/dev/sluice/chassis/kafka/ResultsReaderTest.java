package dev.sluice.chassis.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sluice.protocol.Body;
import dev.sluice.protocol.Checkpoint;
import dev.sluice.protocol.DoneSet;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.LedgerSnapshot;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.ShardFold;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.WireRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResultsReaderTest {

    /** What a listener was told. */
    record Heard(int shard, long offset, long atMs, boolean before, ShardFold.Step step) {}

    private final Broker broker = new Broker();
    private final Queue<Heard> heard = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void topics() throws Exception {
        new TopicAdmin(broker.admin, broker.clients.settings()).ensureShared();
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void foldsFromTheCheckpointAndTellsWhatItKnewAlready() throws Exception {
        RequestsTopic topic = pool("reader-fold");
        for (int i = 0; i < 6; i++) {
            broker.request(topic, 0, Body.EMPTY);
        }
        long first = broker.result(topic, 0, 0);
        broker.result(topic, 0, 1);
        // the owner commits: 0 and 1 are done, as of here
        long from = broker.result(topic, 0, 3);
        commit(topic, 0, new Checkpoint(2, from));
        broker.append(Topics.RESULTS, 0, new WireRecord(Map.of("ce_type", "odd"), Body.EMPTY));
        broker.result(topic, 0, 3);

        try (var reader = ResultsReader.open(broker.clients, broker.admin, 1_000, this::hear)) {
            reader.caughtUp().get(10, TimeUnit.SECONDS);

            assertThat(reader.doneBelow(topic, 0, 6)).isEqualTo(3);
            assertThat(reader.isDone(position(topic, 1))).isTrue();
            assertThat(reader.isDone(position(topic, 2))).isFalse();
            assertThat(heard)
                    .filteredOn(h -> h.shard() == 0 && h.offset() >= first)
                    .extracting(Heard::before, h -> h.step().getClass().getSimpleName())
                    .containsExactly(
                            tuple(true, "Superseded"),
                            tuple(true, "Superseded"),
                            tuple(false, "First"),
                            tuple(false, "Superseded"));
            assertThat(heard).allMatch(h -> h.atMs() > 0);

            broker.result(topic, 0, 2);
            await().until(() -> reader.isDone(position(topic, 2)));
        }
    }

    @Test
    void thePastIsWhatIsYoungEnoughAndNoMoreThanItsBound() {
        assertThat(ResultsReader.warmUp(40, 100, 1_000)).isEqualTo(40);
        assertThat(ResultsReader.warmUp(40, 100, 10)).isEqualTo(90);
        assertThat(ResultsReader.warmUp(-1, 100, 1_000)).isEqualTo(100);
    }

    @Test
    void thePastCanBeReadSinceAMoment() throws Exception {
        RequestsTopic topic = pool("reader-since");
        broker.result(topic, 2, 0);
        long anHourAgo = java.time.InstantSource.system().millis() - 3_600_000;

        try (var reader =
                ResultsReader.openSince(
                        broker.clients, broker.admin, 1_000, anHourAgo, this::hear)) {
            reader.caughtUp().get(10, TimeUnit.SECONDS);
            assertThat(reader.isDone(new Position(topic, 2, 0))).isTrue();
            assertThat(heard).isNotEmpty();
        }
    }

    @Test
    void whatIsAppendedAfterOpenIsSeenAlsoForANewPool() throws Exception {
        try (var reader = ResultsReader.open(broker.clients, broker.admin, 0, this::hear)) {
            RequestsTopic topic = pool("reader-new");
            broker.request(topic, 1, Body.EMPTY);
            broker.result(topic, 1, 0);
            var snapshot = new LedgerSnapshot(2, Map.of(topic, new DoneSet(7)));
            broker.append(Topics.RESULTS, 2, ResultsCodec.encode(snapshot, "w", Instant.EPOCH));

            await().untilAsserted(
                            () -> {
                                assertThat(reader.doneBelow(topic, 1, 1)).isEqualTo(1);
                                assertThat(reader.doneBelow(topic, 2, 9)).isEqualTo(7);
                            });
            assertThat(reader.isDone(new Position(topic, 999, 0))).isFalse();
        }
    }

    @Test
    void depthsAreWhatIsAcceptedLessWhatIsDone() throws Exception {
        RequestsTopic topic = pool("depths");
        var body = Body.of(new byte[1_000]);
        for (int i = 0; i < 10; i++) {
            broker.request(topic, i % 2, body);
        }
        broker.result(topic, 0, 1);
        broker.result(topic, 1, 0);
        try (var reader = ResultsReader.open(broker.clients, broker.admin, 0, this::hear);
                var depths = new QueueDepths(broker.clients, broker.admin, reader)) {
            await().untilAsserted(
                            () -> {
                                assertThat(depths.of(topic).accepted()).isEqualTo(10);
                                assertThat(depths.of(topic).queued()).isEqualTo(8);
                                assertThat(depths.of(topic).bytes()).isBetween(8_000L, 12_000L);
                            });
            assertThat(depths.of(pool("depths-other"))).isEqualTo(QueueDepths.Depth.NONE);

            broker.result(topic, 0, 0);
            broker.request(topic, 2, body);
            broker.request(topic, 2, body);
            await().untilAsserted(
                            () -> {
                                assertThat(depths.of(topic).accepted()).isEqualTo(12);
                                assertThat(depths.of(topic).queued()).isEqualTo(9);
                            });
        }
    }

    @Test
    void aCheckpointBeyondTheLogIsClampedAndAMissingOneMeansFromTheStart() throws Exception {
        RequestsTopic clamped = pool("clamped");
        RequestsTopic missing = pool("missing");
        broker.request(clamped, 1, Body.EMPTY);
        broker.request(missing, 1, Body.EMPTY);
        commit(clamped, 1, new Checkpoint(99, 5));

        Checkpoints state = Checkpoints.read(broker.admin, Set.of(clamped, missing), List.of(0, 1));

        assertThat(state.next(clamped, 1)).isEqualTo(1);
        assertThat(state.next(missing, 1)).isZero();
        assertThat(state.resultsFrom(Set.of(clamped, missing), 1)).isZero();
        assertThat(state.resultsFrom(Set.of(clamped), 1)).isEqualTo(Math.min(5, end(state, 1)));
        // nothing was ever asked of shard 0 of these pools: what is there now is of no concern
        assertThat(state.resultsFrom(Set.of(clamped, missing), 0)).isEqualTo(end(state, 0));
    }

    private static long end(Checkpoints state, int shard) {
        return state.ends().getOrDefault(new TopicPartition(Topics.RESULTS, shard), -1L);
    }

    private void hear(int shard, long offset, long atMs, boolean before, ShardFold.Step step) {
        heard.add(new Heard(shard, offset, atMs, before, step));
    }

    private static Position position(RequestsTopic topic, long offset) {
        return new Position(topic, 0, offset);
    }

    private RequestsTopic pool(String name) throws Exception {
        var topic = new RequestsTopic(new PoolName(name), Lane.NORMAL);
        new TopicAdmin(broker.admin, broker.clients.settings()).ensureRequests(topic);
        return topic;
    }

    private void commit(RequestsTopic topic, int shard, Checkpoint checkpoint) throws Exception {
        broker.admin
                .alterConsumerGroupOffsets(
                        Topics.CHECKPOINT_GROUP,
                        Map.of(
                                new TopicPartition(topic.name(), shard),
                                new OffsetAndMetadata(checkpoint.next(), checkpoint.metadata())))
                .all()
                .get();
    }
}
