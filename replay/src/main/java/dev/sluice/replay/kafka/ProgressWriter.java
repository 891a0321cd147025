package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.Topics;
import dev.sluice.replay.ReplayProgress;
import dev.sluice.replay.ReplayTimes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * The right to write one replay's progress: whoever takes it last has it, for each write is a
 * transaction under the replay's name. One thread's.
 */
final class ProgressWriter implements AutoCloseable {

    /** What became of a write. */
    sealed interface Written {

        /** The topic has it. */
        record Done() implements Written {}

        /** Another one has taken the replay over. */
        record Fenced() implements Written {}

        /** Nobody can say whether the topic has it. */
        record Unknown(String why) implements Written {}
    }

    private static final String ID_PREFIX = "sluice.replay.";
    // a broker that is away is told of before the right to send has run out
    private static final int LIMIT_MS = (int) ReplayTimes.SENDS_FOR.toMillis();

    private final Producer<byte[], byte[]> producer;
    private final String name;

    ProgressWriter(KafkaClients clients, String name) {
        this.name = name;
        this.producer =
                clients.producer(
                        Map.of(
                                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                ID_PREFIX + name,
                                ProducerConfig.LINGER_MS_CONFIG,
                                0,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                (long) LIMIT_MS,
                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                LIMIT_MS,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                LIMIT_MS));
    }

    /** Takes the right from whoever has it; says why if the broker does not let it. */
    Optional<String> take() {
        try {
            producer.initTransactions();
            return Optional.empty();
        } catch (KafkaException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Writes.
     *
     * @param withoutWish what was wished of the replay before is over
     */
    Written write(ReplayProgress progress, boolean withoutWish) {
        try {
            producer.beginTransaction();
            var _ = producer.send(record(name, ProtocolJson.encode(progress).bytes()));
            if (withoutWish) {
                var _ = producer.send(record(ReplayTable.wishKey(name), null));
            }
            producer.commitTransaction();
            return new Written.Done();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            return new Written.Fenced();
        } catch (KafkaException e) {
            return e.getCause() instanceof ProducerFencedException
                            || e.getCause() instanceof InvalidProducerEpochException
                    ? new Written.Fenced()
                    : new Written.Unknown(String.valueOf(e.getMessage()));
        }
    }

    private static ProducerRecord<byte[], byte[]> record(
            String key, byte @org.jspecify.annotations.Nullable [] value) {
        return new ProducerRecord<>(Topics.REPLAYS, key.getBytes(StandardCharsets.UTF_8), value);
    }

    @Override
    public void close() {
        producer.close(ReplayTimes.SIGN_EVERY);
    }
}
