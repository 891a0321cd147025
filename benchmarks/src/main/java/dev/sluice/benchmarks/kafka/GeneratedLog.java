package dev.sluice.benchmarks.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;

/** A log as a busy day leaves it: each request with one result, after one attempt. */
final class GeneratedLog {

    private static final RequestsTopic TOPIC = new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL);
    private static final List<HttpHeader> HEADERS =
            List.of(
                    new HttpHeader("Accept", "application/json"),
                    new HttpHeader("User-Agent", "benchmark/1.0"));
    private static final int NODES = 3;

    private final KafkaSettings settings;
    private final Body body;
    private final Instant start;

    /**
     * A log of this broker.
     *
     * @param bodyBytes of each request and each answer
     */
    GeneratedLog(KafkaSettings settings, int bodyBytes, Instant start) {
        this.settings = settings;
        this.body = Body.of(new byte[bodyBytes]);
        this.start = start;
    }

    /** Appends so many requests, spread over the shards, and their results. */
    void write(long requests)
            throws StartException, InterruptedException, ExecutionException, TimeoutException {
        var clients = new KafkaClients(settings, "generate");
        try (var admin = clients.admin()) {
            var topics = new TopicAdmin(admin, settings);
            topics.ensureShared();
            topics.ensureRequests(TOPIC);
        }
        Map<String, Object> large =
                Map.of("linger.ms", 20, "batch.size", 512 * 1024, "buffer.memory", 64 << 20);
        try (Producer<byte[], byte[]> producer = clients.producer(large)) {
            for (long i = 0; i < requests; i++) {
                int shard = (int) (i % settings.shards());
                var position = new Position(TOPIC, shard, i / settings.shards());
                var _ =
                        producer.send(
                                WireRecords.toKafka(
                                        TOPIC.name(), shard, RequestCodec.encode(request(i))));
                var _ =
                        producer.send(
                                WireRecords.toKafka(
                                        Topics.RESULTS,
                                        shard,
                                        ResultsCodec.encode(result(i, position))));
            }
            producer.flush();
        }
    }

    private RequestEvent request(long number) {
        return new RequestEvent(
                new Nonce(number),
                TOPIC.pool(),
                start.plusNanos(number * 1_000_000),
                "POST",
                "/v1/things?number=" + number,
                Optional.of("application/octet-stream"),
                Optional.empty(),
                Optional.empty(),
                HEADERS,
                body);
    }

    private ResultEvent result(long number, Position position) {
        Instant queued = start.plusNanos(number * 1_000_000);
        Instant end = queued.plusNanos(30_123_456);
        String node = "node-" + number % NODES;
        return new ResultEvent(
                new RequestId(position, new Nonce(number)),
                Outcome.SUCCEEDED,
                Optional.of(new Answer(200, HEADERS, body)),
                Optional.of(node),
                1,
                List.of(new Attempt(node, queued.plusNanos(3_456_789), end, "200")),
                queued,
                end,
                body.size(),
                Optional.empty(),
                Optional.empty(),
                "worker-1");
    }
}
