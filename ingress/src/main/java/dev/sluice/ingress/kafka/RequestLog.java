package dev.sluice.ingress.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.KeyHash;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The log's writing end: appends requests, spread over the shards in turn; those with an
 * idempotency key go where all with the same key go.
 */
public final class RequestLog implements AutoCloseable {

    private final Producer<byte[], byte[]> producer;
    private final LaneTopics topics;
    private final int shards;
    private final long timeoutMillis;
    private final ShardTurn turn;
    private final NanoClock nanos;

    /**
     * A writing end.
     *
     * @param timeoutMillis for a whole append: one half to get at the topic and the producer's
     *     memory, one half for the broker's answer
     * @param bufferBytes what the producer holds at most
     * @param firstTurn where the spreading begins; random, so that several ingresses do not go in
     *     step
     */
    public RequestLog(
            KafkaClients clients,
            LaneTopics topics,
            int timeoutMillis,
            long bufferBytes,
            int firstTurn,
            NanoClock nanos) {
        this.topics = topics;
        this.shards = clients.settings().shards();
        this.timeoutMillis = timeoutMillis;
        this.nanos = nanos;
        this.turn = new ShardTurn(shards, firstTurn, nanos.nanoTime());
        int half = timeoutMillis / 2;
        var config = new HashMap<>(KafkaClients.NEXT_BATCH_WAITS);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) half);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, half);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, half);
        this.producer = clients.producer(config);
    }

    /** Appends and waits for the acknowledgement of all in-sync replicas. */
    public Appended append(RequestsTopic topic, RequestEvent event) throws InterruptedException {
        Optional<String> missing = topics.ensure(topic, timeoutMillis);
        if (missing.isPresent()) {
            return new Appended.NotTried(missing.get());
        }
        int shard = shard(event);
        // send() tells on the caller's own thread what failed before the record was handed over
        // (no metadata, no memory), and on its I/O thread what failed afterwards
        Thread caller = Thread.currentThread();
        var notHandedOver = new AtomicReference<@Nullable Exception>();
        Future<RecordMetadata> sent;
        try {
            sent =
                    producer.send(
                            WireRecords.toKafka(topic.name(), shard, RequestCodec.encode(event)),
                            (metadata, failure) -> {
                                if (failure != null && Thread.currentThread().equals(caller)) {
                                    notHandedOver.set(failure);
                                }
                            });
        } catch (KafkaException e) {
            return new Appended.NotTried(Causes.of(e));
        }
        Exception failure = notHandedOver.get();
        if (failure != null) {
            return new Appended.NotTried(Causes.of(failure));
        }
        try {
            // the producer ends it by itself before; this is for a producer that hangs
            RecordMetadata metadata = sent.get(timeoutMillis, TimeUnit.MILLISECONDS);
            return new Appended.Accepted(
                    new RequestId(
                            new Position(topic, metadata.partition(), metadata.offset()),
                            event.nonce()),
                    Instant.ofEpochMilli(metadata.timestamp()));
        } catch (ExecutionException e) {
            return new Appended.Unknown(Causes.of(e));
        } catch (TimeoutException e) {
            return new Appended.Unknown("no acknowledgement in time");
        }
    }

    private int shard(RequestEvent event) {
        return event.idempotencyKey()
                .map(key -> KeyHash.of(event.pool(), key).shard(shards))
                .orElseGet(() -> turn.next(nanos.nanoTime()));
    }

    /** Sends what is on its way, within the time of an append. */
    @Override
    public void close() {
        producer.close(Duration.ofMillis(timeoutMillis));
    }
}
