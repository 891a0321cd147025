package dev.sluice.chassis.kafka;

import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.WireRecord;
import dev.sluice.testkit.SharedBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;

/** Clients of the shared broker, and records written the way a service would. */
final class Broker implements AutoCloseable {

    static final int SHARDS = 3;

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    final KafkaClients clients = new KafkaClients(settings(SHARDS), "chassis-test");
    final Admin admin = clients.admin();
    final Producer<byte[], byte[]> producer = clients.producer(Map.of());

    static KafkaSettings settings(int shards) {
        return new KafkaSettings(
                Map.of("bootstrap.servers", SharedBroker.bootstrapServers()),
                shards,
                (short) 1,
                Duration.ofDays(7),
                16 * 1024 * 1024,
                Duration.ofDays(1));
    }

    /** Appends; returns the offset. */
    long append(String topic, int partition, WireRecord record) throws Exception {
        return producer.send(WireRecords.toKafka(topic, partition, record)).get().offset();
    }

    long request(RequestsTopic topic, int shard, Body body) throws Exception {
        var event =
                new RequestEvent(
                        new Nonce(1),
                        topic.pool(),
                        NOW,
                        "POST",
                        "/",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        body);
        return append(topic.name(), shard, RequestCodec.encode(event));
    }

    long result(RequestsTopic topic, int shard, long offset) throws Exception {
        var result =
                new ResultEvent(
                        new RequestId(new Position(topic, shard, offset), new Nonce(1)),
                        Outcome.SUCCEEDED,
                        Optional.of(new Answer(200, List.of(), Body.EMPTY)),
                        Optional.of("gpu-a"),
                        1,
                        List.of(),
                        NOW,
                        NOW,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        "w");
        return append(Topics.RESULTS, shard, ResultsCodec.encode(result));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
        admin.close(Duration.ofSeconds(2));
    }
}
