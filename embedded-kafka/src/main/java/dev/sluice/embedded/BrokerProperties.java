package dev.sluice.embedded;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The Kafka settings that the embedded broker ships with. */
final class BrokerProperties {

    static final String HOST = "127.0.0.1";
    static final int NODE_ID = 1;
    static final String CONTROLLER = "CONTROLLER";

    private static final String OPEN = "PLAINTEXT";
    private static final String CLOSED = "SASL_PLAINTEXT";

    private static final Map<String, String> SINGLE_NODE =
            Map.ofEntries(
                    // One broker, so one replica; with the default of 3 no coordinator ever comes
                    // up.
                    Map.entry("default.replication.factor", "1"),
                    Map.entry("min.insync.replicas", "1"),
                    Map.entry("offsets.topic.replication.factor", "1"),
                    Map.entry("transaction.state.log.replication.factor", "1"),
                    Map.entry("transaction.state.log.min.isr", "1"),
                    Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                    Map.entry("share.coordinator.state.topic.min.isr", "1"),
                    // 50 of each is what makes the first use of a group slow.
                    Map.entry("offsets.topic.num.partitions", "1"),
                    Map.entry("transaction.state.log.num.partitions", "1"),
                    Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                    // Who leaves in order may register again at once, who does not waits for the
                    // end
                    // of its session (below). It costs nothing: there is nobody to hand over to.
                    Map.entry("controlled.shutdown.enable", "true"),
                    // After a crash the controller refuses the broker until its last session ends.
                    Map.entry("broker.session.timeout.ms", "3000"),
                    Map.entry("broker.heartbeat.interval.ms", "500"));

    private static final Map<String, String> GROUPS =
            Map.ofEntries(
                    // A dead worker's shards move after 2 s (KIP-848 groups), not after 45 s.
                    Map.entry("group.consumer.min.session.timeout.ms", "1000"),
                    Map.entry("group.consumer.session.timeout.ms", "2000"),
                    Map.entry("group.consumer.min.heartbeat.interval.ms", "200"),
                    Map.entry("group.consumer.heartbeat.interval.ms", "500"),
                    Map.entry("group.min.session.timeout.ms", "1000"),
                    Map.entry("group.initial.rebalance.delay.ms", "0"));

    private static final Map<String, String> LOGS =
            Map.ofEntries(
                    // Nobody may get a topic with a partition count that nobody chose.
                    Map.entry("auto.create.topics.enable", "false"),
                    // 16 MiB of body, and 1 MiB for headers and framing.
                    Map.entry("message.max.bytes", "17825792"),
                    // Trimming frees whole segments, and after a crash the last segment of each
                    // partition is read again: 64 MiB keeps the disk and the restart small.
                    Map.entry("log.segment.bytes", "67108864"),
                    Map.entry("log.preallocate", "false"),
                    // Enough for such a segment (12 bytes per 4 KiB), rather than 10 MiB mapped.
                    Map.entry("log.index.size.max.bytes", "262144"),
                    // 128 MiB of heap by default; our compacted topics have hundreds of keys.
                    Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
                    Map.entry("log.cleaner.threads", "1"),
                    Map.entry("num.recovery.threads.per.data.dir", "2"));

    private static final Map<String, String> PROCESS =
            Map.of(
                    "num.network.threads", "2",
                    "num.io.threads", "4",
                    // A start that takes longer than recovery ever should fails, rather than hangs.
                    "server.max.startup.time.ms", "120000");

    private BrokerProperties() {}

    /** All settings of a broker on these ports; {@code settings.more()} wins. */
    static Map<String, String> of(BrokerSettings settings) {
        var all = new HashMap<String, String>();
        all.putAll(SINGLE_NODE);
        all.putAll(GROUPS);
        all.putAll(LOGS);
        all.putAll(PROCESS);
        String protocol = settings.secret().isPresent() ? CLOSED : OPEN;
        var broker = protocol + "://" + HOST + ":" + settings.port();
        var controller = HOST + ":" + settings.controllerPort();
        all.put("process.roles", "broker,controller");
        all.put("node.id", Integer.toString(NODE_ID));
        all.put("controller.quorum.voters", NODE_ID + "@" + controller);
        all.put("listeners", broker + "," + CONTROLLER + "://" + controller);
        all.put("advertised.listeners", broker);
        all.put("controller.listener.names", CONTROLLER);
        all.put("log.dirs", settings.dir().toString());
        all.put(
                "listener.security.protocol.map",
                "%s:%s,%s:%s".formatted(protocol, protocol, CONTROLLER, protocol));
        settings.secret().ifPresent(secret -> all.putAll(closed(secret)));
        all.putAll(settings.more());
        return all;
    }

    /** Both listeners, and the broker's own connections to them. */
    private static Map<String, String> closed(BrokerSecret secret) {
        String clients = "listener.name." + CLOSED.toLowerCase(Locale.ROOT) + ".";
        String controller = "listener.name." + CONTROLLER.toLowerCase(Locale.ROOT) + ".";
        String sent = BrokerSecret.SENT.toLowerCase(Locale.ROOT) + ".";
        String proof = BrokerSecret.PROOF.toLowerCase(Locale.ROOT) + ".";
        return Map.ofEntries(
                Map.entry("security.inter.broker.protocol", CLOSED),
                Map.entry("sasl.mechanism.inter.broker.protocol", BrokerSecret.SENT),
                Map.entry("sasl.mechanism.controller.protocol", BrokerSecret.SENT),
                // nobody but the broker itself has to do with its controller
                Map.entry(controller + "sasl.enabled.mechanisms", BrokerSecret.SENT),
                Map.entry(controller + sent + "sasl.jaas.config", secret.serverLogin()),
                Map.entry(
                        clients + "sasl.enabled.mechanisms",
                        BrokerSecret.SENT + "," + BrokerSecret.PROOF),
                Map.entry(clients + sent + "sasl.jaas.config", secret.serverLogin()),
                Map.entry(clients + proof + "sasl.jaas.config", secret.proofLogin()),
                Map.entry(
                        clients + proof + "sasl.server.callback.handler.class",
                        OneUser.class.getName()));
    }
}
