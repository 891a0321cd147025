package dev.sluice.system;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.ingress.IngressService;
import dev.sluice.ingress.IngressSettings;
import dev.sluice.monitor.MonitorService;
import dev.sluice.monitor.MonitorSettings;
import dev.sluice.stats.StatsService;
import dev.sluice.stats.StatsSettings;
import dev.sluice.worker.WorkerService;
import dev.sluice.worker.WorkerSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All services in this JVM on free ports, with settings as they are read from an environment. */
final class Fleet implements AutoCloseable {

    static {
        Patience.set();
    }

    private final IngressSettings ingressSettings;
    private final StatsSettings statsSettings;
    private final KafkaSettings kafka;
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final MonitorService monitor;
    private final StatsService stats;
    private final @Nullable WorkerService worker;
    private IngressService ingress;

    private Fleet(Settings settings, boolean withWorker) throws StartException {
        kafka = KafkaSettings.read(settings, KafkaClients.knownKeys());
        ingressSettings = IngressSettings.read(settings, kafka);
        var forMonitor = MonitorSettings.read(settings);
        statsSettings = StatsSettings.read(settings);
        var forWorker = WorkerSettings.read(settings);
        settings.check(Set.of("lb", "queue", "worker", "monitor", "stats", "sluice", "kafka"));
        var nanos = NanoClock.SYSTEM;
        var wall = InstantSource.system();
        monitor = MonitorService.start(forMonitor, kafka, nanos, wall);
        closing.push(monitor::close);
        stats = StatsService.start(statsSettings, kafka, nanos, wall);
        closing.push(stats::close);
        worker = withWorker ? WorkerService.start(forWorker, kafka, nanos, wall) : null;
        if (worker != null) {
            closing.push(worker::close);
        }
        ingress = anotherIngress();
    }

    /** Starts all of them. */
    static Fleet start(String bootstrapServers, Path nodesFile, Map<String, String> environment)
            throws StartException {
        return start(bootstrapServers, nodesFile, environment, true);
    }

    /** Starts all but the worker: those are elsewhere. */
    static Fleet withoutWorker(
            String bootstrapServers, Path nodesFile, Map<String, String> environment)
            throws StartException {
        return start(bootstrapServers, nodesFile, environment, false);
    }

    private static Fleet start(
            String bootstrapServers,
            Path nodesFile,
            Map<String, String> environment,
            boolean withWorker)
            throws StartException {
        var variables =
                new HashMap<>(
                        Map.of(
                                "KAFKA_BOOTSTRAP_SERVERS", bootstrapServers,
                                "SLUICE_NODES_FILE", nodesFile.toString(),
                                "LB_PORT", "0",
                                "STATS_PORT", "0",
                                "WORKER_PORT", "0",
                                "MONITOR_PORT", "0",
                                "MONITOR_INTERVAL_MS", "300",
                                // a busy machine is not to be told as a broker that is away
                                "LB_APPEND_TIMEOUT_MS", "30000",
                                "LB_LOOKUP_TIMEOUT_MS", "30000"));
        variables.putAll(environment);
        return new Fleet(Settings.of(variables, Map.of()), withWorker);
    }

    Client ingress() {
        return new Client(ingress.url());
    }

    Client monitor() {
        return new Client(monitor.url());
    }

    Client statistics() {
        return new Client(stats.url());
    }

    Client worker() {
        return new Client(Objects.requireNonNull(worker).url());
    }

    List<Client> services() {
        return List.of(ingress(), monitor(), statistics(), worker());
    }

    /** One more with the same settings, on a port of its own; the caller closes it. */
    IngressService anotherIngress() throws StartException {
        return IngressService.start(
                ingressSettings, kafka, NanoClock.SYSTEM, InstantSource.system());
    }

    /** One more with the same settings, on a port of its own; the caller closes it. */
    StatsService anotherAggregator() throws StartException {
        return StatsService.start(statsSettings, kafka, NanoClock.SYSTEM, InstantSource.system());
    }

    /** Stops the ingress and starts it anew: nothing of its memory is left. */
    void restartIngress() throws StartException {
        ingress.close();
        ingress = anotherIngress();
    }

    @Override
    public void close() {
        ingress.close();
        closing.forEach(Runnable::run);
    }
}
