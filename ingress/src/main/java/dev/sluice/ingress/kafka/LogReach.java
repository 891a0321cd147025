package dev.sluice.ingress.kafka;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;

/**
 * Whether the log can be appended to and read now, as the brokers say: all shards have a leader and
 * enough replicas in sync.
 */
public final class LogReach {

    private static final int TIMEOUT_MS = 2_000;
    // probes of several watchers, and of those who mean no good, cost one look each half second
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final String REQUESTS = new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL).name();

    private final Admin admin;
    private final int inSyncReplicas;
    private final NanoClock clock;
    private Look latest = new Look(Optional.of("not looked at yet"), Optional.empty());
    private boolean looked;
    private long lookedNanos;

    /** What is wrong with each; empty: nothing. */
    public record Look(Optional<String> log, Optional<String> results) {

        public boolean ready() {
            return log.isEmpty() && results.isEmpty();
        }

        /** For people and programs: a word or a reason for each. */
        public Map<String, String> reasons() {
            return new TreeMap<>(
                    Map.of("log", log.orElse("reachable"), "results", results.orElse("reachable")));
        }
    }

    /**
     * A watch over the topics of the default pool and the results.
     *
     * @param inSyncReplicas an append needs so many
     */
    public LogReach(Admin admin, int inSyncReplicas, NanoClock clock) {
        this.admin = admin;
        this.inSyncReplicas = inSyncReplicas;
        this.clock = clock;
    }

    /** Asks the brokers, at most 2 s, or says what they said within the last half second. */
    public synchronized Look look() throws InterruptedException {
        if (!looked || clock.nanoTime() - lookedNanos > FRESH_NANOS) {
            latest = ask();
            looked = true;
            lookedNanos = clock.nanoTime();
        }
        return latest;
    }

    private Look ask() throws InterruptedException {
        try {
            Map<String, TopicDescription> topics =
                    admin.describeTopics(
                                    List.of(REQUESTS, Topics.RESULTS),
                                    new DescribeTopicsOptions().timeoutMs(TIMEOUT_MS))
                            .allTopicNames()
                            .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            return new Look(
                    problem(topics.get(REQUESTS), inSyncReplicas),
                    problem(topics.get(Topics.RESULTS), 1)); // read only, here
        } catch (TimeoutException e) {
            return unreachable("no broker answered in " + TIMEOUT_MS + " ms");
        } catch (ExecutionException e) {
            return unreachable(Causes.of(e));
        }
    }

    private static Look unreachable(String why) {
        return new Look(Optional.of(why), Optional.of(why));
    }

    private static Optional<String> problem(@Nullable TopicDescription topic, int replicas) {
        if (topic == null) {
            return Optional.of("the topic is missing");
        }
        long away = topic.partitions().stream().filter(LogReach::hasNoLeader).count();
        long few = topic.partitions().stream().filter(p -> p.isr().size() < replicas).count();
        if (away == 0 && few == 0) {
            return Optional.empty();
        }
        return Optional.of(
                "of %d shards %d have no leader and %d less than %d replicas in sync"
                        .formatted(topic.partitions().size(), away, few, replicas));
    }

    private static boolean hasNoLeader(TopicPartitionInfo partition) {
        return partition.leader() == null || partition.leader().isEmpty();
    }
}
