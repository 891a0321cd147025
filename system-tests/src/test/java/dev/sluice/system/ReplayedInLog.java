package dev.sluice.system;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.UnreadableRecordException;
import dev.sluice.testkit.SharedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** What stands in the low lane of a pool, read record by record. */
final class ReplayedInLog {

    private ReplayedInLog() {}

    /** The originals of all requests that this replay appended. */
    static List<String> originals(String pool, String replay) {
        var kafka =
                KafkaSettings.read(
                        Settings.of(
                                Map.of("KAFKA_BOOTSTRAP_SERVERS", SharedBroker.bootstrapServers()),
                                Map.of()),
                        KafkaClients.knownKeys());
        String topic = new RequestsTopic(new PoolName(pool), Lane.LOW).name();
        var partitions = new ArrayList<TopicPartition>();
        for (int shard = 0; shard < kafka.shards(); shard++) {
            partitions.add(new TopicPartition(topic, shard));
        }
        var originals = new ArrayList<String>();
        try (var consumer = new KafkaClients(kafka, "look").assigned(Map.of())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    RequestCodec.replayOf(WireRecords.lookup(record))
                            .filter(of -> of.replay().equals(replay))
                            .ifPresent(of -> originals.add(of.original().toString()));
                }
            }
            return originals;
        } catch (UnreadableRecordException e) {
            throw new AssertionError(e);
        }
    }
}
