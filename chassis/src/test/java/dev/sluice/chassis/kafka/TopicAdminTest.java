package dev.sluice.chassis.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

class TopicAdminTest {

    @Test
    void theSharedTopicsAreMadeOnceWithTheirPartitionsAndPolicies() throws Exception {
        try (var broker = new Broker()) {
            var topics = new TopicAdmin(broker.admin, Broker.settings(Broker.SHARDS));

            topics.ensureShared();
            topics.ensureShared();

            assertThat(partitions(broker.admin, Topics.RESULTS)).isEqualTo(Broker.SHARDS);
            assertThat(partitions(broker.admin, Topics.SHARDS)).isEqualTo(Broker.SHARDS);
            assertThat(partitions(broker.admin, Topics.NODES)).isEqualTo(1);
            assertThat(config(broker.admin, Topics.NODES, "cleanup.policy")).isEqualTo("compact");
            assertThat(config(broker.admin, Topics.RESULTS, "cleanup.policy")).isEqualTo("delete");
            assertThat(config(broker.admin, Topics.RESULTS, "retention.ms")).isEqualTo("-1");
            assertThat(config(broker.admin, Topics.RESULTS, "message.timestamp.type"))
                    .isEqualTo("LogAppendTime");
        }
    }

    @Test
    void theKeysTopicForgetsByItselfAndFollowsTheSetting() throws Exception {
        try (var broker = new Broker()) {
            var day = Broker.settings(Broker.SHARDS);
            new TopicAdmin(broker.admin, day).ensureShared();

            assertThat(partitions(broker.admin, Topics.IDEMPOTENCY_KEYS)).isEqualTo(Broker.SHARDS);
            assertThat(config(broker.admin, Topics.IDEMPOTENCY_KEYS, "cleanup.policy"))
                    .isEqualTo("delete");
            assertThat(config(broker.admin, Topics.IDEMPOTENCY_KEYS, "retention.ms"))
                    .isEqualTo("90000000");

            var twoDays =
                    new KafkaSettings(
                            day.client(),
                            day.shards(),
                            day.replication(),
                            day.replayWindow(),
                            day.maxRecordBytes(),
                            Duration.ofDays(2));
            new TopicAdmin(broker.admin, twoDays).ensureShared();

            // the controller has answered, the broker follows
            await().untilAsserted(
                            () ->
                                    assertThat(
                                                    config(
                                                            broker.admin,
                                                            Topics.IDEMPOTENCY_KEYS,
                                                            "retention.ms"))
                                            .isEqualTo("176400000"));
            assertThat(config(broker.admin, Topics.IDEMPOTENCY_KEYS, "segment.ms"))
                    .isEqualTo("22050000");
            new TopicAdmin(broker.admin, day).ensureShared(); // others use this broker too
        }
    }

    @Test
    void servicesThatStartTogetherDoNotDisturbEachOther() throws Exception {
        var topic = new RequestsTopic(new PoolName("together"), Lane.NORMAL);
        try (var broker = new Broker();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var starts = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < 8; i++) {
                starts.add(
                        () -> {
                            new TopicAdmin(broker.admin, Broker.settings(2)).ensureRequests(topic);
                            return true;
                        });
            }

            for (var start : threads.invokeAll(starts)) {
                assertThat(start.get()).isTrue();
            }
            assertThat(partitions(broker.admin, topic.name())).isEqualTo(2);
        }
    }

    @Test
    void aTopicWithAnotherNumberOfPartitionsIsRefused() throws Exception {
        var topic = new RequestsTopic(new PoolName("refused"), Lane.HIGH);
        try (var broker = new Broker()) {
            new TopicAdmin(broker.admin, Broker.settings(2)).ensureRequests(topic);

            assertThatThrownBy(
                            () ->
                                    new TopicAdmin(broker.admin, Broker.settings(5))
                                            .ensureRequests(topic))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("sluice.requests.refused.high has 2 partitions and not 5")
                    .hasMessageContaining("SLUICE_SHARDS");
            assertThat(new TopicAdmin(broker.admin, Broker.settings(2)).requestsTopics())
                    .contains(topic);
            assertThat(new TopicAdmin(broker.admin, Broker.settings(5)).requestsTopics())
                    .doesNotContain(topic);
        }
    }

    @Test
    void aBrokerThatIsNotThereIsNamedWithItsVariable() {
        var settings =
                new KafkaSettings(
                        Map.of(
                                "bootstrap.servers",
                                "127.0.0.1:1",
                                "default.api.timeout.ms",
                                "600",
                                "request.timeout.ms",
                                "500"),
                        3,
                        (short) 1,
                        Duration.ofDays(7),
                        1_000_000,
                        Duration.ofDays(1));
        try (Admin admin = new KafkaClients(settings, "nowhere").admin()) {
            assertThatThrownBy(() -> new TopicAdmin(admin, settings).ensureShared())
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("no Kafka broker answers at 127.0.0.1:1")
                    .hasMessageContaining("KAFKA_BOOTSTRAP_SERVERS");
        }
    }

    private static int partitions(Admin admin, String topic) throws Exception {
        var described = admin.describeTopics(List.of(topic)).allTopicNames().get();
        return described.values().iterator().next().partitions().size();
    }

    private static String config(Admin admin, String topic, String key) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var configs = admin.describeConfigs(List.of(resource)).all().get();
        return configs.values().iterator().next().get(key).value();
    }
}
