package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.replay.ReplayTimes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of a replay: appends many requests at a time, spread over the shards in turn, and
 * knows where what is acknowledged ends. One thread's, but for the acknowledgements.
 */
final class Appends implements AutoCloseable {

    private static final int BUFFER_BYTES = 32 * 1024 * 1024;
    private static final int BATCH_BYTES = 256 * 1024;
    private static final int LINGER_MS = 5;

    private final Producer<byte[], byte[]> producer;
    private final int shards;
    private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private int turn;

    /**
     * A writing end.
     *
     * @param ends where each log ended when nothing was sent to it that is not known
     */
    Appends(KafkaClients clients, Map<TopicPartition, Long> ends) {
        this.shards = clients.settings().shards();
        this.ends.putAll(ends);
        int limit = (int) ReplayTimes.APPEND.toMillis();
        this.producer =
                clients.producer(
                        Map.of(
                                ProducerConfig.LINGER_MS_CONFIG,
                                LINGER_MS,
                                ProducerConfig.BATCH_SIZE_CONFIG,
                                BATCH_BYTES,
                                ProducerConfig.BUFFER_MEMORY_CONFIG,
                                (long) BUFFER_BYTES,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                (long) limit,
                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                limit / 2,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                limit));
    }

    /** Hands a request over; what becomes of it is known after {@link #flush}. */
    void send(RequestsTopic topic, RequestEvent event) {
        turn = (turn + 1) % shards;
        try {
            var _ =
                    producer.send(
                            WireRecords.toKafka(topic.name(), turn, RequestCodec.encode(event)),
                            this::acknowledged);
        } catch (KafkaException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Waits until all is acknowledged or given up. */
    void flush() {
        producer.flush();
    }

    /** Why something was not acknowledged. */
    Optional<String> failure() {
        return Optional.ofNullable(failure.get()).map(e -> String.valueOf(e.getMessage()));
    }

    /** Where what is acknowledged ends, by partition. */
    Map<String, Long> ends() {
        var text = new HashMap<String, Long>();
        ends.forEach((partition, end) -> text.put(partition.toString(), end));
        return text;
    }

    private void acknowledged(@Nullable RecordMetadata metadata, @Nullable Exception problem) {
        if (problem != null) {
            failure.compareAndSet(null, problem);
        } else if (metadata != null) {
            var partition = new TopicPartition(metadata.topic(), metadata.partition());
            ends.merge(partition, metadata.offset() + 1, Math::max);
        }
    }

    @Override
    public void close() {
        producer.close(ReplayTimes.SIGN_EVERY);
    }
}
