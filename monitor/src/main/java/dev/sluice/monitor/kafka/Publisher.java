package dev.sluice.monitor.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.monitor.nodes.AppliedFile;
import dev.sluice.monitor.nodes.FilePlan;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes nodes and their health to the log. */
public final class Publisher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final long APPLY_SECONDS = 20;

    private final Producer<byte[], byte[]> producer;

    public Publisher(KafkaClients clients) {
        this.producer =
                clients.producer(
                        Map.of(
                                // a broker that has just started, on a busy machine, is waited
                                // for; what takes longer is superseded by the next check
                                "max.block.ms", 10_000,
                                "delivery.timeout.ms", 10_000,
                                "linger.ms", 0));
    }

    /** Publishes the latest check; what cannot be written is superseded by the next one. */
    public void health(NodeHealth health) {
        sendHealth(health.node(), ProtocolJson.encode(health));
    }

    /** Forgets the health of a node that is no more. */
    public void forgetHealth(String node) {
        sendHealth(node, null);
    }

    /**
     * Writes what a nodes file changes, and then that it was applied: if only a part gets there,
     * the file is applied once more.
     *
     * @throws ExecutionException if the broker refuses
     * @throws TimeoutException if it does not answer in time
     */
    public void apply(FilePlan.Apply plan, AppliedFile file)
            throws InterruptedException, ExecutionException, TimeoutException {
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (RegisteredNode node : plan.puts()) {
            sent.add(send(Topics.NODES, node.spec().id(), ProtocolJson.encode(node)));
        }
        for (String id : plan.removals()) {
            sent.add(send(Topics.NODES, id, null));
        }
        for (Future<RecordMetadata> each : sent) {
            each.get(APPLY_SECONDS, TimeUnit.SECONDS);
        }
        send(Topics.NODES, AppliedFile.KEY, ProtocolJson.encode(file))
                .get(APPLY_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Writes a node that was changed at run time, and returns when the log has it.
     *
     * @return the offset in the nodes topic
     * @throws ExecutionException if the broker refuses
     * @throws TimeoutException if it does not answer in time
     */
    public long put(RegisteredNode node)
            throws InterruptedException, ExecutionException, TimeoutException {
        return write(node.spec().id(), ProtocolJson.encode(node));
    }

    /** Takes a node away; as {@link #put}. */
    public long remove(String id)
            throws InterruptedException, ExecutionException, TimeoutException {
        return write(id, null);
    }

    private long write(String id, @Nullable Body value)
            throws InterruptedException, ExecutionException, TimeoutException {
        return send(Topics.NODES, id, value).get(APPLY_SECONDS, TimeUnit.SECONDS).offset();
    }

    private void sendHealth(String node, @Nullable Body value) {
        // the callback hears how it went
        Future<RecordMetadata> _ =
                producer.send(
                        record(Topics.NODE_HEALTH, node, value),
                        (metadata, failure) -> {
                            if (failure != null) {
                                log.warn(
                                        "the health of {} was not published: {}",
                                        node,
                                        failure.toString());
                            }
                        });
    }

    private Future<RecordMetadata> send(String topic, String key, @Nullable Body value) {
        return producer.send(record(topic, key, value));
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, String key, @Nullable Body value) {
        return new ProducerRecord<>(
                topic,
                0,
                key.getBytes(StandardCharsets.UTF_8),
                value == null ? null : value.bytes());
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
