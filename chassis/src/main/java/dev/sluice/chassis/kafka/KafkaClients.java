package dev.sluice.chassis.kafka;

import dev.sluice.chassis.settings.KafkaSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;

/** Makes the Kafka clients of one service, all with its settings and names. */
public final class KafkaClients {

    // Long enough for a broker that restarts, short enough that a caller is told in time.
    private static final int REQUEST_TIMEOUT_MS = 5_000;

    /**
     * How a consumer that is in no group is closed: by default it waits for the fetch that is under
     * way, up to half a second each.
     */
    public static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);

    /**
     * For a producer of many small records that somebody waits for: they go out at once, but what
     * comes while a request is on its way goes with the next one. So there are as few requests as
     * the load allows, and each costs the broker and its readers about as much as a record.
     */
    public static final Map<String, Object> NEXT_BATCH_WAITS =
            Map.of(
                    ProducerConfig.LINGER_MS_CONFIG, 0,
                    ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1,
                    // bytes of one partition in one request, taken from the producer's memory as
                    // soon as it has a record: room for a burst, and for a thousand partitions
                    ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);

    private static final String REPORTERS = "metric.reporters";

    private final KafkaSettings settings;
    private final String service;
    private final Optional<MeterRegistry> registry;
    private final AtomicInteger made = new AtomicInteger();

    /**
     * Clients of one service, whose metrics are shown while they are open.
     *
     * @param service stands in client ids, for the broker's logs and metrics
     */
    public KafkaClients(KafkaSettings settings, String service, MeterRegistry registry) {
        this(settings, service, Optional.of(registry));
    }

    /** Clients of a command, which shows no metrics. */
    public KafkaClients(KafkaSettings settings, String service) {
        this(settings, service, Optional.empty());
    }

    private KafkaClients(KafkaSettings settings, String service, Optional<MeterRegistry> registry) {
        this.settings = settings;
        this.service = service;
        this.registry = registry;
    }

    public KafkaSettings settings() {
        return settings;
    }

    /** Every setting that a Kafka client knows. */
    public static Set<String> knownKeys() {
        var known = new TreeSet<String>();
        known.addAll(ProducerConfig.configNames());
        known.addAll(ConsumerConfig.configNames());
        known.addAll(AdminClientConfig.configNames());
        return known;
    }

    /**
     * A producer whose records are acknowledged by all in-sync replicas.
     *
     * @param over settings that go over the user's
     */
    public Producer<byte[], byte[]> producer(Map<String, Object> over) {
        Map<String, Object> config = base(ProducerConfig.configNames());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // a record of the largest size, its headers, and what Kafka puts around it
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, settings.maxRecordBytes());
        config.putAll(over);
        return shown(
                config,
                c -> new KafkaProducer<>(c, new ByteArraySerializer(), new ByteArraySerializer()),
                KafkaClientMetrics::new);
    }

    /** A consumer that is assigned its partitions by hand, and commits only when told to. */
    public Consumer<byte[], byte[]> assigned(Map<String, Object> over) {
        Map<String, Object> config = consumer();
        config.putAll(over);
        return bytes(config);
    }

    /**
     * As {@link #assigned}, for readers that need few of the values: nothing is copied, keys and
     * values are views of what was fetched.
     */
    public Consumer<ByteBuffer, ByteBuffer> views(Map<String, Object> over) {
        Map<String, Object> config = consumer();
        config.putAll(over);
        return shown(
                config,
                c ->
                        new KafkaConsumer<>(
                                c, new ByteBufferDeserializer(), new ByteBufferDeserializer()),
                KafkaClientMetrics::new);
    }

    /** A member of a group under the protocol of KIP-848; it commits nothing. */
    public Consumer<byte[], byte[]> member(String group, Map<String, Object> over) {
        Map<String, Object> config = consumer();
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        config.putAll(over);
        return bytes(config);
    }

    public Admin admin() {
        return shown(
                base(AdminClientConfig.configNames()),
                AdminClient::create,
                KafkaClientMetrics::new);
    }

    private Consumer<byte[], byte[]> bytes(Map<String, Object> config) {
        return shown(
                config,
                c ->
                        new KafkaConsumer<>(
                                c, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                KafkaClientMetrics::new);
    }

    /** Makes a client, and shows its metrics until it is closed. */
    private <C> C shown(
            Map<String, Object> config,
            Function<Map<String, Object>, C> make,
            Function<C, KafkaClientMetrics> metricsOf) {
        if (registry.isEmpty()) {
            return make.apply(config);
        }
        var closed = new CompletableFuture<@Nullable Void>();
        Runnable then = () -> closed.complete(null);
        config.put(ClientClosed.THEN, then);
        String others = String.valueOf(config.getOrDefault(REPORTERS, JmxReporter.class.getName()));
        config.put(REPORTERS, others + "," + ClientClosed.class.getName());
        C client = make.apply(config);
        KafkaClientMetrics metrics = metricsOf.apply(client);
        metrics.bindTo(registry.get());
        var _ = closed.thenRun(metrics::close);
        return client;
    }

    private Map<String, Object> consumer() {
        Map<String, Object> config = base(ConsumerConfig.configNames());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // a position that is gone is a thing to decide, not to jump over
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return config;
    }

    private Map<String, Object> base(Set<String> names) {
        var config = new HashMap<String, Object>();
        config.put("request.timeout.ms", REQUEST_TIMEOUT_MS);
        config.put("default.api.timeout.ms", 2 * REQUEST_TIMEOUT_MS);
        // topics appear while we run, and a broker may come back under the same name
        config.put("metadata.max.age.ms", 30_000);
        config.put("reconnect.backoff.max.ms", 500);
        settings.client()
                .forEach(
                        (key, value) -> {
                            if (names.contains(key)) {
                                config.put(key, value);
                            }
                        });
        config.keySet().retainAll(names);
        config.put("client.id", service + "-" + made.incrementAndGet());
        return config;
    }
}
