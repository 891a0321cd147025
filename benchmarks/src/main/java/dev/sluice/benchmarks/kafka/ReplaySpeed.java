package dev.sluice.benchmarks.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.ReadProgress;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.cli.kafka.RunningLog;
import dev.sluice.embedded.BrokerSettings;
import dev.sluice.embedded.EmbeddedKafka;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.Topics;
import dev.sluice.replay.ReplayDraft;
import dev.sluice.replay.Room;
import dev.sluice.replay.kafka.ReplayRun;
import dev.sluice.replay.kafka.Replays;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Writes a log of requests and results to an embedded broker in this process, replays all of it,
 * and says how many requests a second went into the log again.
 */
@Command(name = "replay-speed", mixinStandardHelpOptions = true)
public final class ReplaySpeed implements Callable<Integer> {

    @Option(names = "--requests", defaultValue = "300000", description = "each has one result")
    long requests = 300_000;

    @Option(names = "--body-bytes", defaultValue = "1024", description = "of requests and answers")
    int bodyBytes = 1_024;

    @Option(names = "--rounds", defaultValue = "3", description = "replays, one after another")
    int rounds = 3;

    @Override
    public Integer call() throws Exception {
        try (var kafka = EmbeddedKafka.start(BrokerSettings.temporary())) {
            var settings = settings(kafka.bootstrapServers());
            new GeneratedLog(settings, bodyBytes, Instant.now()).write(requests);
            String until = Instant.now().toString();
            node(settings);
            try (var log = RunningLog.open(settings)) {
                var replays = log.replays(NanoClock.SYSTEM, InstantSource.system());
                var around =
                        new ReplayRun.Surroundings(
                                log.depths(), pool -> new Room(Long.MAX_VALUE, Integer.MAX_VALUE));
                ReplayDraft draft = draft(until);
                boolean right = dryRun(replays, draft);
                for (int i = 0; i < rounds; i++) {
                    right &= replay(replays, "round-" + i, draft, around);
                }
                return right ? 0 : 1;
            }
        }
    }

    private boolean dryRun(Replays replays, ReplayDraft draft) throws Exception {
        long began = System.nanoTime();
        var totals = replays.dryRun(draft.order(Instant.now()), ReadProgress.NONE);
        double seconds = seconds(began);
        System.out.printf(
                "%d requests looked at in %.2f s: %,.0f/s%n",
                totals.all().count(), seconds, totals.all().count() / seconds);
        return totals.all().count() == requests;
    }

    private boolean replay(
            Replays replays, String name, ReplayDraft draft, ReplayRun.Surroundings around)
            throws Exception {
        long began = System.nanoTime();
        var started = replays.start(name, Optional.of(draft), Optional.empty(), false, around);
        if (!(started instanceof Replays.Started.Ready(ReplayRun run))) {
            System.out.println(started);
            return false;
        }
        try (run) {
            var ended = run.run();
            double seconds = seconds(began);
            System.out.printf(
                    "%d requests of %d bytes replayed in %.2f s: %,.0f/s%n",
                    run.counts().sent(), bodyBytes, seconds, run.counts().sent() / seconds);
            return ended instanceof ReplayRun.Ended.Settled && run.counts().sent() == requests;
        }
    }

    private static ReplayDraft draft(String until) {
        return new ReplayDraft(
                Optional.of(PoolName.DEFAULT.value()),
                List.of(),
                Optional.empty(),
                Optional.of(until),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static void node(KafkaSettings settings) throws Exception {
        var spec =
                new NodeSpec(
                        "node",
                        PoolName.DEFAULT,
                        URI.create("http://127.0.0.1:1"),
                        NodeSpec.MAX_RPM,
                        NodeSpec.MAX_BPM,
                        1,
                        Optional.empty());
        var entry = new RegisteredNode(spec, RegisteredNode.Origin.API, Instant.now());
        try (var producer = new KafkaClients(settings, "nodes").producer(Map.of())) {
            producer.send(
                            new ProducerRecord<>(
                                    Topics.NODES,
                                    spec.id().getBytes(StandardCharsets.UTF_8),
                                    ProtocolJson.encode(entry).bytes()))
                    .get();
        }
    }

    private static KafkaSettings settings(String bootstrapServers) {
        return KafkaSettings.read(
                Settings.of(Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers), Map.of()),
                KafkaClients.knownKeys());
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new ReplaySpeed()).execute(args));
    }
}
