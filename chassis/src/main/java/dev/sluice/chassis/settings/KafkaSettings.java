package dev.sluice.chassis.settings;

import dev.sluice.protocol.Position;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where the broker is and how the log is laid out there; the same for every service.
 *
 * @param client Kafka client settings, {@code bootstrap.servers} among them
 * @param shards partitions of each requests topic, fixed when the topics are made
 * @param replication replicas of each topic
 * @param replayWindow finished requests are kept this long
 * @param maxRecordBytes the largest record of a requests or results topic
 * @param keyTime an idempotency key is remembered this long
 */
public record KafkaSettings(
        Map<String, String> client,
        int shards,
        short replication,
        Duration replayWindow,
        int maxRecordBytes,
        Duration keyTime) {

    private static final int DAY_SECONDS = 86_400;

    // Read by images and scripts of Kafka itself, or by the embedded broker; not client settings.
    private static final Set<String> NOT_CLIENT =
            Set.of("port", "heap.opts", "opts", "home", "version", "jvm.performance.opts");

    private static final Set<String> SECRET_WORDS = Set.of("password", "secret", "jaas", "key");

    public static KafkaSettings read(Settings settings, Set<String> knownClientKeys) {
        var client = new HashMap<String, String>();
        client.put("bootstrap.servers", "127.0.0.1:9092");
        settings.section("kafka.")
                .forEach(
                        (key, value) -> {
                            if (NOT_CLIENT.contains(key)) {
                                return;
                            }
                            if (!knownClientKeys.contains(key)) {
                                settings.problem("kafka." + key, "not a Kafka client setting");
                            }
                            client.put(key, value);
                        });
        client.forEach(
                (key, value) ->
                        settings.show(
                                "kafka." + key,
                                SECRET_WORDS.stream().anyMatch(key::contains) ? "***" : value));
        Duration replayWindow =
                Duration.ofHours(
                        settings.number("sluice.replay-window-hours", 168, 1, 24 * 365, "hours"));
        return new KafkaSettings(
                Map.copyOf(client),
                settings.number("sluice.shards", 12, 1, Position.MAX_SHARDS, "partitions"),
                (short) settings.number("sluice.replication", 1, 1, 9, "replicas"),
                replayWindow,
                settings.number(
                        "sluice.max-record-bytes",
                        16 * 1024 * 1024,
                        64 * 1024,
                        256 * 1024 * 1024,
                        "bytes"),
                keyTime(settings, replayWindow));
    }

    /** The same for a log that was made with another number of shards. */
    public KafkaSettings withShards(int number) {
        return new KafkaSettings(
                client, number, replication, replayWindow, maxRecordBytes, keyTime);
    }

    /** The same with these Kafka client settings, which go over those that are there. */
    public KafkaSettings withClient(Map<String, String> over) {
        var all = new HashMap<>(client);
        all.putAll(over);
        return new KafkaSettings(
                Map.copyOf(all), shards, replication, replayWindow, maxRecordBytes, keyTime);
    }

    /** Whether it is said how clients show who they are: TLS, SASL, or neither. */
    public boolean hasLogin() {
        return client.keySet().stream()
                .anyMatch(key -> key.equals("security.protocol") || key.startsWith("sasl."));
    }

    /** Without the client settings, for there are secrets among them. */
    @Override
    public String toString() {
        return "KafkaSettings[%s, %d shards]".formatted(client.get("bootstrap.servers"), shards);
    }

    /** An append to our topics needs so many replicas in sync. */
    public int minInSyncReplicas() {
        return replication >= 3 ? 2 : 1;
    }

    /** A key leads to the result of its first request, which is kept for the replay window. */
    private static Duration keyTime(Settings settings, Duration replayWindow) {
        String key = "sluice.idempotency-key-seconds";
        int byDefault = (int) Math.min(DAY_SECONDS, replayWindow.toSeconds());
        int seconds = settings.number(key, byDefault, 1, 365 * DAY_SECONDS, "seconds");
        if (seconds > replayWindow.toSeconds()) {
            settings.problem(
                    key,
                    "must be at most sluice.replay-window-hours, which is %d seconds, not '%d'"
                            .formatted(replayWindow.toSeconds(), seconds));
        }
        return Duration.ofSeconds(seconds);
    }
}
