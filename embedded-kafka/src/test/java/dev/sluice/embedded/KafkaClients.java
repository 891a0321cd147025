package dev.sluice.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What the tests do with a broker, with real clients that have these settings besides. */
record KafkaClients(String bootstrap, Map<String, String> login) {

    KafkaClients(String bootstrap) {
        this(bootstrap, Map.of());
    }

    Admin admin() {
        var config = new HashMap<String, Object>(login);
        config.put("bootstrap.servers", bootstrap);
        return Admin.create(config);
    }

    void createTopic(String topic) throws Exception {
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
                    .all()
                    .get(10, TimeUnit.SECONDS);
        }
    }

    void append(String topic, byte[] value) throws Exception {
        var config = new HashMap<String, Object>(login);
        config.put("bootstrap.servers", bootstrap);
        config.put("acks", "all");
        config.put("max.request.size", 17 << 20);
        config.put("max.block.ms", 10_000);
        config.put("request.timeout.ms", 5_000);
        config.put("delivery.timeout.ms", 10_000);
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Reads a topic of one partition from its start until {@code count} values are there. */
    List<byte[]> read(String topic, int count) {
        try (var consumer = consumer(Map.of())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            return poll(consumer, count);
        }
    }

    /** The same as a member of a new group. */
    List<byte[]> readInGroup(String topic, int count, String group, String protocol) {
        var config = Map.<String, Object>of("group.id", group, "group.protocol", protocol);
        try (var consumer = consumer(config)) {
            consumer.subscribe(Set.of(topic));
            var values = poll(consumer, count);
            consumer.commitSync(Duration.ofSeconds(10));
            return values;
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        var config = new HashMap<String, Object>(login);
        config.putAll(more);
        config.put("bootstrap.servers", bootstrap);
        config.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static List<byte[]> poll(Consumer<byte[], byte[]> consumer, int count) {
        var values = new ArrayList<byte[]>();
        for (int i = 0; i < 100 && values.size() < count; i++) {
            consumer.poll(Duration.ofMillis(200)).forEach(r -> values.add(r.value()));
        }
        return values;
    }
}
