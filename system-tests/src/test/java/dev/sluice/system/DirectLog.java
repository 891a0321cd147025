package dev.sluice.system;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestsTopic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests put into one shard of the log, which no ingress would do. */
final class DirectLog {

    private final String bootstrapServers;

    DirectLog(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Appends so many requests for a pool, all to the same shard. */
    void append(String pool, int shard, int count) throws Exception {
        var kafka =
                KafkaSettings.read(
                        Settings.of(Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers), Map.of()),
                        KafkaClients.knownKeys());
        var clients = new KafkaClients(kafka, "direct");
        var topic = new RequestsTopic(new PoolName(pool), Lane.NORMAL);
        try (var admin = clients.admin();
                var producer = clients.producer(Map.of())) {
            new TopicAdmin(admin, kafka).ensureRequests(topic);
            for (int i = 0; i < count; i++) {
                var event =
                        new RequestEvent(
                                new Nonce(i + 1L),
                                topic.pool(),
                                Instant.EPOCH,
                                "POST",
                                "/" + i,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                List.of(),
                                Body.EMPTY);
                var record = WireRecords.toKafka(topic.name(), shard, RequestCodec.encode(event));
                producer.send(record).get();
            }
        }
    }
}
