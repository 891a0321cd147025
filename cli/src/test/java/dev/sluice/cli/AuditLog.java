package dev.sluice.cli;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Checkpoint;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.LedgerSnapshot;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.WireRecord;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A log that a test writes record by record, as ingress, workers and monitor would, or not. */
final class AuditLog implements AutoCloseable {

    static final int SHARDS = 2;
    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    static final int BODY_BYTES = 100;

    final KafkaSettings settings;
    private final Admin admin;
    private final TopicAdmin topics;
    private final Producer<byte[], byte[]> producer;
    private long nonces = 1_000;

    AuditLog(String bootstrapServers) throws Exception {
        settings =
                KafkaSettings.read(
                        Settings.of(
                                Map.of(
                                        "KAFKA_BOOTSTRAP_SERVERS",
                                        bootstrapServers,
                                        "SLUICE_SHARDS",
                                        Integer.toString(SHARDS)),
                                Map.of()),
                        KafkaClients.knownKeys());
        var clients = new KafkaClients(settings, "test");
        admin = clients.admin();
        topics = new TopicAdmin(admin, settings);
        topics.ensureShared();
        producer = clients.producer(Map.of());
    }

    static RequestsTopic topic(String pool) {
        return new RequestsTopic(new PoolName(pool), Lane.NORMAL);
    }

    void node(String id, String pool, int rpm, long bpm) throws Exception {
        var spec =
                new NodeSpec(
                        id,
                        new PoolName(pool),
                        URI.create("http://127.0.0.1:9001"),
                        rpm,
                        bpm,
                        8,
                        Optional.empty());
        var entry = new RegisteredNode(spec, RegisteredNode.Origin.API, START);
        write(
                new ProducerRecord<>(
                        Topics.NODES,
                        id.getBytes(StandardCharsets.UTF_8),
                        ProtocolJson.encode(entry).bytes()));
    }

    RequestId request(RequestsTopic topic, int shard) throws Exception {
        topics.ensureRequests(topic);
        var event =
                new RequestEvent(
                        new Nonce(++nonces),
                        topic.pool(),
                        START,
                        "POST",
                        "/",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Body.of(new byte[BODY_BYTES]));
        return request(topic, shard, event);
    }

    /** The same of any request. */
    RequestId request(RequestsTopic topic, int shard, RequestEvent event) throws Exception {
        topics.ensureRequests(topic);
        WireRecord record = RequestCodec.encode(event);
        long offset = write(WireRecords.toKafka(topic.name(), shard, record));
        return new RequestId(new Position(topic, shard, offset), event.nonce());
    }

    /** A record that is no request; its id as a worker writes it. */
    RequestId garbage(RequestsTopic topic, int shard) throws Exception {
        long offset = write(new ProducerRecord<>(topic.name(), shard, null, new byte[] {1}));
        return new RequestId(new Position(topic, shard, offset), new Nonce(0));
    }

    /** A node's good answer after these attempts. */
    static ResultEvent succeeded(RequestId id, String worker, Attempt... attempts) {
        return result(id, Outcome.SUCCEEDED, Optional.empty(), worker, attempts);
    }

    static ResultEvent ended(RequestId id, Outcome outcome, Reason reason, Attempt... attempts) {
        return result(id, outcome, Optional.of(reason), "w1", attempts);
    }

    static Attempt attempt(String node, double second, String result) {
        Instant at = START.plusMillis((long) (second * 1000));
        return new Attempt(node, at, at.plusMillis(5), result);
    }

    private static ResultEvent result(
            RequestId id,
            Outcome outcome,
            Optional<Reason> reason,
            String worker,
            Attempt... attempts) {
        return new ResultEvent(
                id,
                outcome,
                reason.isPresent()
                        ? Optional.empty()
                        : Optional.of(new Answer(200, List.of(), Body.ofUtf8("fine"))),
                Optional.empty(),
                attempts.length,
                Arrays.asList(attempts),
                START,
                START,
                BODY_BYTES,
                reason,
                Optional.empty(),
                worker);
    }

    void append(Ending... results) throws Exception {
        for (Ending result : results) {
            results(result.request().position().shard(), ResultsCodec.encode(result));
        }
    }

    void append(LedgerSnapshot snapshot) throws Exception {
        results(snapshot.shard(), ResultsCodec.encode(snapshot, "w1", START));
    }

    void append(Held held) throws Exception {
        results(held.shard(), ResultsCodec.encode(held, "w1", START));
    }

    /** Any record of the results partition. */
    void results(int shard, WireRecord record) throws Exception {
        write(WireRecords.toKafka(Topics.RESULTS, shard, record));
    }

    void checkpoint(RequestsTopic topic, int shard, long next) throws Exception {
        var offset = new OffsetAndMetadata(next, new Checkpoint(next, 0).metadata());
        admin.alterConsumerGroupOffsets(
                        Topics.CHECKPOINT_GROUP,
                        Map.of(new TopicPartition(topic.name(), shard), offset))
                .all()
                .get();
    }

    void trim(String topic, int shard, long before) throws Exception {
        admin.deleteRecords(
                        Map.of(
                                new TopicPartition(topic, shard),
                                RecordsToDelete.beforeOffset(before)))
                .all()
                .get();
    }

    void deleteTopic(RequestsTopic topic) throws Exception {
        admin.deleteTopics(List.of(topic.name())).all().get();
    }

    private long write(ProducerRecord<byte[], byte[]> record)
            throws InterruptedException, ExecutionException {
        return producer.send(record).get().offset();
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
