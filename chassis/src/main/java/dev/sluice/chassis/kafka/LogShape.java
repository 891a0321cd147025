package dev.sluice.chassis.kafka;

import dev.sluice.protocol.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What commands ask the broker of the log before they read it. */
public final class LogShape {

    /** Clocks of brokers may differ: a result may seem so much older than its request. */
    public static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    private static final long FIRST_ANSWER_SECONDS = 5;

    private LogShape() {}

    /**
     * The number of shards that the topics were made with, whatever is set here.
     *
     * @throws LogReadException if there is no log of ours
     */
    public static int shards(Admin admin, String broker)
            throws LogReadException, InterruptedException, ExecutionException, TimeoutException {
        try {
            return admin.describeTopics(List.of(Topics.RESULTS))
                    .allTopicNames()
                    .get(FIRST_ANSWER_SECONDS, TimeUnit.SECONDS)
                    .values()
                    .iterator()
                    .next()
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new LogReadException(
                        ("the Kafka broker at %s has no topic %s, so there is nothing to read: is"
                                        + " it the one that Sluice uses? Name it with --kafka")
                                .formatted(broker, Topics.RESULTS),
                        e);
            }
            throw e;
        }
    }

    /** The first offset that is as young; the end where none is. */
    public static Map<TopicPartition, Long> at(
            Admin admin,
            Collection<TopicPartition> partitions,
            Instant time,
            Map<TopicPartition, Long> ends)
            throws InterruptedException, ExecutionException, TimeoutException {
        OffsetSpec spec = OffsetSpec.forTimestamp(Math.max(0, time.toEpochMilli()));
        var offsets = new HashMap<>(Checkpoints.offsets(admin, partitions, spec));
        offsets.replaceAll(
                (partition, offset) -> {
                    long end = ends.getOrDefault(partition, 0L);
                    return offset < 0 ? end : Math.min(offset, end);
                });
        return offsets;
    }

    /** The sentence for a broker that does not answer. */
    public static LogReadException unreachable(String broker, Exception e) {
        String why = NoAnswer.why(e).map(text -> " (" + text + ")").orElse("");
        return new LogReadException(
                ("no Kafka broker answers at %s%s: start it ('./sluice up' on the data that you"
                                + " want to read runs it, and answers who names that directory with"
                                + " --data), or name it with --kafka HOST:PORT,"
                                + " KAFKA_BOOTSTRAP_SERVERS or KAFKA_PORT")
                        .formatted(broker, why),
                e);
    }
}
