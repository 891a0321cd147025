package dev.sluice.worker;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.ResultsReader;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ShardFold;
import dev.sluice.protocol.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;

/** The log as ingress and monitor see it: requests and nodes go in, results come out. */
final class TestLog implements AutoCloseable {

    static final int SHARDS = 4;

    static {
        // for what has no promise in seconds: a machine with other work to do takes longer
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    final KafkaSettings settings;
    final PoolName pool;
    final Map<RequestId, ResultEvent> results = new ConcurrentHashMap<>();
    final AtomicInteger superseded = new AtomicInteger();
    private final Admin admin;
    private final Producer<byte[], byte[]> producer;
    private final TopicAdmin topics;
    private final ResultsReader reader;
    private final AtomicLong nonces = new AtomicLong();
    private final List<String> nodes = new ArrayList<>();

    /**
     * A log for one test; others may use the same broker.
     *
     * @param pool of this test alone
     */
    TestLog(String bootstrapServers, String pool) throws Exception {
        this.pool = new PoolName(pool);
        settings =
                new KafkaSettings(
                        Map.of("bootstrap.servers", bootstrapServers),
                        SHARDS,
                        (short) 1,
                        Duration.ofDays(7),
                        16 * 1024 * 1024,
                        Duration.ofDays(1));
        var clients = new KafkaClients(settings, "test");
        admin = clients.admin();
        topics = new TopicAdmin(admin, settings);
        topics.ensureShared();
        topics.ensureRequests(new RequestsTopic(this.pool, Lane.NORMAL));
        producer = clients.producer(Map.of());
        reader =
                ResultsReader.open(
                        clients,
                        admin,
                        0,
                        (shard, offset, at, before, step) -> {
                            if (step instanceof ShardFold.Step.First(ResultEvent result)
                                    && isOurs(result)) {
                                results.put(result.request(), result);
                            } else if (step instanceof ShardFold.Step.Superseded(ResultEvent result)
                                    && isOurs(result)) {
                                superseded.incrementAndGet();
                            }
                        });
    }

    void node(String id, java.net.URI url, int rpm, long bpm, int inFlight) throws Exception {
        var spec = new NodeSpec(id, pool, url, rpm, bpm, inFlight, Optional.empty());
        nodes.add(id);
        var entry = new RegisteredNode(spec, RegisteredNode.Origin.API, Instant.EPOCH);
        producer.send(
                        new ProducerRecord<>(
                                Topics.NODES,
                                id.getBytes(StandardCharsets.UTF_8),
                                ProtocolJson.encode(entry).bytes()))
                .get();
    }

    RequestId append(int shard, String target, byte[] body) throws Exception {
        return append(Lane.NORMAL, shard, target, body, Optional.empty());
    }

    RequestId append(Lane lane, int shard, String target, byte[] body, Optional<Duration> deadline)
            throws Exception {
        var topic = new RequestsTopic(pool, lane);
        topics.ensureRequests(topic);
        var event =
                new RequestEvent(
                        new Nonce(nonces.incrementAndGet()),
                        pool,
                        Instant.EPOCH,
                        "POST",
                        target,
                        Optional.of("application/x-test"),
                        deadline,
                        Optional.empty(),
                        List.of(new HttpHeader("X-Kept", "yes")),
                        Body.of(body));
        var metadata =
                producer.send(WireRecords.toKafka(topic.name(), shard, RequestCodec.encode(event)))
                        .get();
        return new RequestId(new Position(topic, shard, metadata.offset()), event.nonce());
    }

    /** A record that is no request. */
    long appendGarbage(int shard) throws Exception {
        var topic = new RequestsTopic(pool, Lane.NORMAL);
        return producer.send(new ProducerRecord<>(topic.name(), shard, null, new byte[] {1}))
                .get()
                .offset();
    }

    /** Takes this test's nodes out again. */
    void forgetNodes() throws Exception {
        for (String node : nodes) {
            byte[] key = node.getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(Topics.NODES, key, null)).get();
        }
    }

    private boolean isOurs(ResultEvent result) {
        return result.request().position().topic().pool().equals(pool);
    }

    @Override
    public void close() {
        reader.close();
        producer.close();
        admin.close();
    }
}
