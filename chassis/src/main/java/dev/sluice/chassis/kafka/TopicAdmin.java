package dev.sluice.chassis.kafka;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes our topics, each with its partitions and retention, and checks those that are there.
 *
 * <p>Nobody produces to a topic that was not described with the right number of partitions: a stock
 * broker would make it with one.
 */
public final class TopicAdmin {

    private static final Logger log = LoggerFactory.getLogger(TopicAdmin.class);
    private static final long TIMEOUT_SECONDS = 15;
    // metadata reaches every broker well within these five seconds
    private static final int LOOKS_MAX = 50;
    private static final long LOOK_EVERY_MS = 100;
    // for brokers and workers whose clocks differ
    private static final Duration KEYS_KEPT_LONGER = Duration.ofHours(1);
    // what is over stays for one segment longer: an eighth more to read at a takeover
    private static final int KEY_SEGMENTS = 8;

    private final Admin admin;
    private final KafkaSettings settings;
    private final Set<String> leftOut = ConcurrentHashMap.newKeySet();

    public TopicAdmin(Admin admin, KafkaSettings settings) {
        this.admin = admin;
        this.settings = settings;
    }

    /** Makes the topics that every service needs, or checks them. */
    public void ensureShared() throws StartException {
        var topics =
                List.of(
                        logTopic(Topics.RESULTS),
                        topic(Topics.SHARDS, settings.shards(), Map.of()),
                        compacted(Topics.NODES),
                        compacted(Topics.NODE_HEALTH),
                        compacted(Topics.WORKERS),
                        compacted(Topics.SERVICES),
                        compacted(Topics.REPLAYS));
        try {
            for (NewTopic topic : topics) {
                ensure(topic);
            }
            ensureKeys();
        } catch (TimeoutException | ExecutionException e) {
            throw new StartException(
                    "no Kafka broker answers at %s (KAFKA_BOOTSTRAP_SERVERS): %s"
                            .formatted(
                                    settings.client().get("bootstrap.servers"),
                                    NoAnswer.why(e).orElse("no answer")),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    /**
     * Makes the topic of the replays in a log that is older than it; for commands, which leave all
     * else to the services.
     *
     * @throws TimeoutException if the broker does not answer in time
     * @throws ExecutionException if the broker refuses
     */
    public void ensureReplays()
            throws InterruptedException, ExecutionException, TimeoutException, StartException {
        ensure(compacted(Topics.REPLAYS));
    }

    /**
     * Makes a requests topic, or checks it.
     *
     * @throws TimeoutException if the broker does not answer in time
     * @throws ExecutionException if the broker refuses
     * @throws StartException if the topic is there with another number of partitions
     */
    public void ensureRequests(RequestsTopic topic)
            throws InterruptedException, ExecutionException, TimeoutException, StartException {
        ensure(logTopic(topic.name()));
    }

    /**
     * All requests topics that exist with the right number of partitions.
     *
     * <p>Another number means that somebody else made the topic: nobody of us produces to it, and
     * asking for the offsets of partitions that are not there would never be answered.
     */
    public Set<RequestsTopic> requestsTopics()
            throws InterruptedException, ExecutionException, TimeoutException {
        return requestsTopicsOf(settings.shards());
    }

    /** The same, for who knows the number of partitions from the broker. */
    public Set<RequestsTopic> requestsTopicsOf(int shards)
            throws InterruptedException, ExecutionException, TimeoutException {
        var names = new ArrayList<>(admin.listTopics().names().get(TIMEOUT_SECONDS, SECONDS));
        names.removeIf(name -> RequestsTopic.parse(name).isEmpty());
        var found = new TreeSet<RequestsTopic>();
        for (var described : admin.describeTopics(names).topicNameValues().entrySet()) {
            String name = described.getKey();
            Optional<TopicDescription> there = orUnknown(described.getValue());
            int partitions = there.map(d -> d.partitions().size()).orElse(shards);
            if (partitions != shards) {
                if (leftOut.add(name)) {
                    log.warn(
                            "topic {} is left out: it has {} partitions and not {}",
                            name,
                            partitions,
                            shards);
                }
            } else if (there.isPresent()) {
                RequestsTopic.parse(name).ifPresent(found::add);
            }
        }
        return found;
    }

    /** The retention follows the setting, whenever the topic was made. */
    private void ensureKeys()
            throws InterruptedException, ExecutionException, TimeoutException, StartException {
        NewTopic topic = keysTopic();
        if (ensure(topic)) {
            return;
        }
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        Optional<Config> there =
                orUnknown(
                        requireNonNull(
                                admin.describeConfigs(List.of(resource)).values().get(resource)));
        if (there.isEmpty()) {
            return; // somebody else made it just now
        }
        var changes = new ArrayList<AlterConfigOp>();
        for (String name : List.of("retention.ms", "segment.ms")) {
            String wanted = topic.configs().get(name);
            if (!there.get().get(name).value().equals(wanted)) {
                changes.add(
                        new AlterConfigOp(new ConfigEntry(name, wanted), AlterConfigOp.OpType.SET));
            }
        }
        if (!changes.isEmpty()) {
            admin.incrementalAlterConfigs(Map.of(resource, changes))
                    .all()
                    .get(TIMEOUT_SECONDS, SECONDS);
        }
    }

    /** Whether it was not there and has been made. */
    private boolean ensure(NewTopic topic)
            throws InterruptedException, ExecutionException, TimeoutException, StartException {
        Optional<TopicDescription> there = describe(topic.name());
        if (there.isEmpty()) {
            try {
                admin.createTopics(List.of(topic)).all().get(TIMEOUT_SECONDS, SECONDS);
                return true;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
                there = describeMadeByOther(topic.name());
            }
        }
        int partitions = there.map(d -> d.partitions().size()).orElse(0);
        if (partitions != topic.numPartitions()) {
            throw new StartException(
                    "topic %s has %d partitions and not %d: set SLUICE_SHARDS to the number the"
                                    .formatted(topic.name(), partitions, topic.numPartitions())
                            + " topics were made with, or use another Kafka cluster");
        }
        return false;
    }

    /** Somebody else made it just now: the broker that we ask may hear of it a moment later. */
    private Optional<TopicDescription> describeMadeByOther(String name)
            throws InterruptedException, ExecutionException, TimeoutException {
        Optional<TopicDescription> there = describe(name);
        for (int i = 0; there.isEmpty() && i < LOOKS_MAX; i++) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            there = describe(name);
        }
        return there;
    }

    private Optional<TopicDescription> describe(String name)
            throws InterruptedException, ExecutionException, TimeoutException {
        var described = admin.describeTopics(List.of(name)).topicNameValues().values();
        return orUnknown(described.iterator().next());
    }

    /** Empty for a topic that is not there, or not yet known to the broker that was asked. */
    private static <T> Optional<T> orUnknown(KafkaFuture<T> described)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return Optional.of(described.get(TIMEOUT_SECONDS, SECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Never deleted by age: the shard's owner trims what is done and old. */
    private NewTopic logTopic(String name) {
        return topic(
                name,
                settings.shards(),
                Map.of(
                        "cleanup.policy", "delete",
                        "retention.ms", "-1",
                        "retention.bytes", "-1",
                        "message.timestamp.type", "LogAppendTime",
                        "max.message.bytes", Integer.toString(settings.maxRecordBytes())));
    }

    /** Kafka forgets these by itself, a segment at a time, some time after they are over. */
    private NewTopic keysTopic() {
        long retentionMs = settings.keyTime().plus(KEYS_KEPT_LONGER).toMillis();
        return topic(
                Topics.IDEMPOTENCY_KEYS,
                settings.shards(),
                Map.of(
                        "cleanup.policy",
                        "delete",
                        "retention.ms",
                        Long.toString(retentionMs),
                        "segment.ms",
                        Long.toString(retentionMs / KEY_SEGMENTS),
                        "message.timestamp.type",
                        "LogAppendTime"));
    }

    private NewTopic compacted(String name) {
        return topic(name, 1, Map.of("cleanup.policy", "compact"));
    }

    private NewTopic topic(String name, int partitions, Map<String, String> config) {
        var all = new java.util.HashMap<>(config);
        all.put("min.insync.replicas", Integer.toString(settings.minInSyncReplicas()));
        return new NewTopic(name, partitions, settings.replication()).configs(all);
    }
}
