package dev.sluice.ingress.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** The log's writing end: appends requests, spread over the shards in turn. */
public final class RequestLog implements AutoCloseable {

    private final Producer<byte[], byte[]> producer;
    private final LaneTopics topics;
    private final int shards;
    private final long timeoutMillis;
    private final AtomicInteger turn;

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
            int firstTurn) {
        this.topics = topics;
        this.shards = clients.settings().shards();
        this.timeoutMillis = timeoutMillis;
        this.turn = new AtomicInteger(firstTurn);
        int half = timeoutMillis / 2;
        this.producer =
                clients.producer(
                        Map.of(
                                ProducerConfig.LINGER_MS_CONFIG, 0,
                                ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) half,
                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, half,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, half));
    }

    /** Appends and waits for the acknowledgement of all in-sync replicas. */
    public Appended append(RequestsTopic topic, RequestEvent event) throws InterruptedException {
        Optional<String> missing = topics.ensure(topic, timeoutMillis);
        if (missing.isPresent()) {
            return new Appended.NotTried(missing.get());
        }
        int shard = Math.floorMod(turn.getAndIncrement(), shards);
        Future<RecordMetadata> sent;
        try {
            sent =
                    producer.send(
                            WireRecords.toKafka(topic.name(), shard, RequestCodec.encode(event)));
        } catch (KafkaException e) {
            return new Appended.NotTried(Causes.of(e));
        }
        // send() itself answers with a failed future where it got no metadata or no memory
        if (sent.state() == Future.State.FAILED) {
            return new Appended.NotTried(Causes.of(sent.exceptionNow()));
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

    /** Sends what is on its way, within the time of an append. */
    @Override
    public void close() {
        producer.close(Duration.ofMillis(timeoutMillis));
    }
}
