package dev.sluice.chassis.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.protocol.Body;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.WorkerInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompactedTableTest {

    private static final String TOPIC = "table-test";

    @Test
    void isReadToItsEndThenFollowsWithTombstonesNotesAndGarbage() throws Exception {
        try (var broker = new Broker()) {
            broker.admin
                    .createTopics(
                            List.of(
                                    new NewTopic(TOPIC, 1, (short) 1)
                                            .configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
            put(broker, "a", worker("a", 1));
            put(broker, "b", worker("b", 1));
            put(broker, "gone", worker("gone", 1));
            put(broker, "gone", null);
            put(broker, "odd", Body.ofUtf8("{\"id\": 3"));
            put(broker, "#note", Body.ofUtf8("mine"));
            put(broker, "a", worker("a", 2));
            var changes = new AtomicInteger();

            try (var table =
                    CompactedTable.open(
                            broker.clients, TOPIC, WorkerInfo.class, changes::incrementAndGet)) {
                // at once: everything that was there when it was opened
                assertThat(table.values()).containsOnlyKeys("a", "b");
                assertThat(table.values())
                        .hasEntrySatisfying("a", a -> assertThat(a.epochOf(2)).hasValue(1));
                assertThat(table.note("#note")).contains(Body.ofUtf8("mine"));
                await().until(() -> changes.get() >= 1);

                int before = changes.get();
                put(broker, "c", worker("c", 3));
                put(broker, "b", null);
                put(broker, "#note", null);
                await().untilAsserted(
                                () -> {
                                    assertThat(table.values()).containsOnlyKeys("a", "c");
                                    assertThat(table.note("#note")).isEmpty();
                                    assertThat(changes.get()).isGreaterThan(before);
                                });
            }
        }
    }

    private static Body worker(String id, int shard) {
        return ProtocolJson.encode(
                new WorkerInfo(
                        id,
                        "http://h:1",
                        "key",
                        List.of(new WorkerInfo.OwnedShard(shard, 1)),
                        List.of(),
                        List.of(),
                        Instant.EPOCH,
                        Instant.EPOCH));
    }

    private static void put(Broker broker, String key, @Nullable Body value) throws Exception {
        broker.producer
                .send(
                        new ProducerRecord<>(
                                TOPIC,
                                0,
                                key.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                value == null ? null : value.bytes()))
                .get();
    }
}
