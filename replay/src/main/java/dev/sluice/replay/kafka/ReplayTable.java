package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.protocol.Topics;
import dev.sluice.replay.ReplayProgress;
import dev.sluice.replay.Wish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** All replays and what is wished of them, as the topic says, followed all the time. */
final class ReplayTable implements AutoCloseable {

    private static final long TIMEOUT_SECONDS = 10;

    private final KafkaClients clients;
    private final Admin admin;
    private final CompactedTable<ReplayProgress> table;

    private ReplayTable(KafkaClients clients, Admin admin, CompactedTable<ReplayProgress> table) {
        this.clients = clients;
        this.admin = admin;
        this.table = table;
    }

    /** Reads the topic to its end. */
    static ReplayTable open(KafkaClients clients, Admin admin) throws StartException {
        // what a runner wrote that was fenced meanwhile is never shown
        Map<String, Object> committed = Map.of("isolation.level", "read_committed");
        return new ReplayTable(
                clients,
                admin,
                CompactedTable.open(
                        clients, Topics.REPLAYS, ReplayProgress.class, committed, () -> {}));
    }

    static String wishKey(String name) {
        return CompactedTable.NOTE_PREFIX + name;
    }

    Optional<ReplayProgress> find(String name) {
        return Optional.ofNullable(table.values().get(name));
    }

    Map<String, ReplayProgress> all() {
        return new TreeMap<>(table.values());
    }

    Optional<Wish> wish(String name) {
        return table.note(wishKey(name)).flatMap(Wish::decode);
    }

    /** Writes what is wished of a replay. */
    void wish(String name, Wish wish) throws LogReadException, InterruptedException {
        try (Producer<byte[], byte[]> producer = clients.producer(Map.of())) {
            producer.send(
                            new ProducerRecord<>(
                                    Topics.REPLAYS,
                                    wishKey(name).getBytes(StandardCharsets.UTF_8),
                                    wish.encode().bytes()))
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new LogReadException("the broker does not take the wish: " + e.getMessage(), e);
        }
    }

    /** Waits until everything that is committed by now has been read. */
    void refresh() throws LogReadException, InterruptedException {
        var partition = new TopicPartition(Topics.REPLAYS, 0);
        try {
            long end =
                    admin.listOffsets(
                                    Map.of(partition, OffsetSpec.latest()),
                                    new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                            .partitionResult(partition)
                            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                            .offset();
            if (!table.await(end - 1, Duration.ofSeconds(TIMEOUT_SECONDS))) {
                throw new LogReadException("the broker does not give the replays in time");
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new LogReadException("the broker does not answer: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        table.close();
    }
}
