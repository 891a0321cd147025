package dev.sluice.worker.kafka;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.protocol.Topics;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/**
 * After how long the broker gives the shards of a silent worker away, and the lease that follows
 * from it.
 */
public final class SessionTimeout {

    private static final String SESSION = "group.consumer.session.timeout.ms";
    private static final String HEARTBEAT = "group.consumer.heartbeat.interval.ms";
    // the same of one group, which go over those of the brokers
    private static final String GROUP_SESSION = "consumer.session.timeout.ms";
    private static final String GROUP_HEARTBEAT = "consumer.heartbeat.interval.ms";
    private static final ConfigResource GROUP =
            new ConfigResource(ConfigResource.Type.GROUP, Topics.WORKER_GROUP);
    private static final long TIMEOUT_SECONDS = 20;

    private SessionTimeout() {}

    /**
     * The lease of this process' workers.
     *
     * @param wished by the settings; by default three quarters of the time-out
     * @throws StartException when the two do not go together, or the broker does not say
     */
    public static Duration lease(Admin admin, Optional<Duration> wished) throws StartException {
        try {
            var ids = new HashSet<ConfigResource>();
            admin.describeCluster()
                    .nodes()
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .forEach(
                            node ->
                                    ids.add(
                                            new ConfigResource(
                                                    ConfigResource.Type.BROKER, node.idString())));
            ids.add(GROUP);
            var configs =
                    new HashMap<>(
                            admin.describeConfigs(ids)
                                    .all()
                                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
            var group = Objects.requireNonNull(configs.remove(GROUP));
            var brokers = List.copyOf(configs.values());
            Duration session = Collections.min(values(group, GROUP_SESSION, brokers, SESSION));
            Duration heartbeat =
                    Collections.max(values(group, GROUP_HEARTBEAT, brokers, HEARTBEAT));
            return lease(session, heartbeat, wished);
        } catch (ExecutionException | TimeoutException e) {
            throw new StartException(
                    "the brokers do not say their "
                            + SESSION
                            + " (the worker needs DescribeConfigs on the cluster and on the group "
                            + Topics.WORKER_GROUP
                            + "): "
                            + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    static Duration lease(Duration session, Duration heartbeat, Optional<Duration> wished)
            throws StartException {
        Duration lease = wished.orElse(session.multipliedBy(3).dividedBy(4));
        if (lease.compareTo(session) >= 0) {
            throw new StartException(
                    "worker.lease-ms is %d, and the broker gives a silent worker's shards away"
                                    .formatted(lease.toMillis())
                            + " after %d (%s): take less, or nothing for three quarters of it"
                                    .formatted(session.toMillis(), SESSION));
        }
        if (lease.compareTo(heartbeat.multipliedBy(2)) <= 0) {
            throw new StartException(
                    "a lease of %d ms is not renewed in time by heartbeats every %d ms (%s):"
                                    .formatted(lease.toMillis(), heartbeat.toMillis(), HEARTBEAT)
                            + " set worker.lease-ms above twice that, or shorten the interval");
        }
        return lease;
    }

    /** What is in force: that of the group where it has been set, else those of the brokers. */
    private static Set<Duration> values(
            Config group, String groupKey, List<Config> brokers, String key) throws StartException {
        ConfigEntry own = group.get(groupKey);
        if (own != null && own.source() == ConfigEntry.ConfigSource.DYNAMIC_GROUP_CONFIG) {
            return Set.of(Duration.ofMillis(Long.parseLong(own.value())));
        }
        var values = new HashSet<Duration>();
        for (Config config : brokers) {
            ConfigEntry entry = config.get(key);
            if (entry != null && entry.value() != null) {
                values.add(Duration.ofMillis(Long.parseLong(entry.value())));
            }
        }
        if (values.isEmpty()) {
            throw new StartException(
                    "the brokers have no " + key + ": Sluice needs Kafka 4.0 or newer");
        }
        return values;
    }
}
