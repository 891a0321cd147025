package dev.sluice.worker;

import dev.sluice.chassis.http.AdvertisedUrl;
import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.kafka.Announcer;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.lifecycle.Lifecycle;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.chassis.trace.Tracing;
import dev.sluice.protocol.ServiceKind;
import dev.sluice.worker.dispatch.DispatchSettings;
import dev.sluice.worker.fleet.Directory;
import dev.sluice.worker.gate.GateSettings;
import dev.sluice.worker.http.LinkServer;
import dev.sluice.worker.http.Links;
import dev.sluice.worker.http.NodeSender;
import dev.sluice.worker.kafka.Fleet;
import dev.sluice.worker.kafka.NewPools;
import dev.sluice.worker.kafka.SessionTimeout;
import dev.sluice.worker.kafka.Worker;
import dev.sluice.worker.kafka.WorkerLimits;
import dev.sluice.worker.keeper.Keeper;
import dev.sluice.worker.keys.KeyBounds;
import dev.sluice.worker.metrics.LoopMetrics;
import dev.sluice.worker.secrets.Secrets;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;

/** The node-worker: takes requests from the log to the nodes and records their results. */
public final class WorkerService implements AutoCloseable {

    private static final Duration BREAKER_OPEN = Duration.ofSeconds(2);
    // handed in at one time for each lane: what a pool of fast nodes takes while a batch is granted
    private static final int TICKETS_MAX = 1_000;
    // of the key that other workers must show: 128 bits
    private static final int KEY_BYTES = 16;

    private final Lifecycle parts = new Lifecycle("node-worker");
    private final HttpService http;

    private WorkerService(
            WorkerSettings settings, KafkaSettings kafka, NanoClock nanos, InstantSource wall)
            throws StartException {
        var metrics = parts.add(() -> new Metrics("node-worker"));
        var clients = new KafkaClients(kafka, "node-worker", metrics.registry());
        var tracing = Tracing.start(parts, "sluice-node-worker", settings.traces());
        Admin admin = parts.add(clients::admin);
        parts.add(
                () -> {
                    new TopicAdmin(admin, kafka).ensureShared();
                    return () -> {};
                });
        Duration lease = SessionTimeout.lease(admin, settings.lease());
        var random = new SecureRandom();
        Keeper keeper = keeper(settings, kafka, admin, nanos, wall, random);
        Secrets secrets = parts.add(() -> Secrets.open(settings.secrets()));
        NodeFeed.start(parts, clients, keeper, secrets, wall);
        NodeSender sender = sender(settings, secrets, nanos, wall);
        String process = UUID.randomUUID().toString().substring(0, 8);
        List<String> ids =
                IntStream.rangeClosed(1, settings.count())
                        .mapToObj(i -> "worker-" + process + "-" + i)
                        .toList();
        String key = key(random);
        var workers = new CopyOnWriteArrayList<Worker>();
        var stats = new WorkerStats(workers, keeper, secrets, metrics.registry());
        var counted = new LoopMetrics(metrics.registry());
        var links = new LinkServer(key, keeper, nanos);
        WorkerGauges.register(metrics, workers, links, nanos);
        GateGauges.register(metrics, keeper, wall);
        metrics.beforeScrape(() -> counted.keepNodes(keeper.nodeIds()));
        this.http =
                parts.add(
                        () ->
                                HttpService.start(
                                        new HttpService.Listen(
                                                settings.host(),
                                                settings.port(),
                                                "WORKER_PORT",
                                                settings.hosts()),
                                        metrics,
                                        stats::json,
                                        links::configure));
        URI url = AdvertisedUrl.uri(settings.advertisedUrl(), "worker", http);
        parts.add(() -> new Announcer(clients, ServiceKind.NODE_WORKER, url, wall));
        var directory = new Directory(Set.copyOf(ids));
        var address = new Fleet.Address(url.toString(), key);
        Fleet fleet =
                parts.add(
                        () ->
                                new Fleet(
                                        clients,
                                        address,
                                        directory,
                                        random::nextDouble,
                                        nanos,
                                        wall));
        HttpClient client = HttpClient.newHttpClient();
        parts.add(() -> client::shutdownNow);
        parts.add(() -> new Workers(workers));
        var here = new Links.Here(keeper, directory, client, kafka.shards(), nanos);
        var limits = limits(settings, kafka, lease);
        for (String id : ids) {
            var worker =
                    new Worker(
                            id,
                            limits,
                            clients,
                            admin,
                            sender,
                            here,
                            counted,
                            fleet::changed,
                            tracing,
                            nanos,
                            wall);
            workers.add(worker);
            fleet.add(worker);
        }
        parts.running();
    }

    private Keeper keeper(
            WorkerSettings settings,
            KafkaSettings kafka,
            Admin admin,
            NanoClock nanos,
            InstantSource wall,
            SecureRandom random)
            throws StartException {
        var gates =
                new GateSettings(
                        settings.wayMargin(),
                        settings.grantAge(),
                        settings.requestTimeout(),
                        settings.largestBodyBytes(),
                        BREAKER_OPEN,
                        settings.laneWeights());
        var newPools = new NewPools(admin, kafka);
        var standsOn = new Keeper.Parts(nanos, wall, random::nextLong, newPools::look);
        Keeper keeper = parts.add(() -> new Keeper(gates, kafka.shards(), standsOn));
        newPools.tell(keeper);
        return keeper;
    }

    private NodeSender sender(
            WorkerSettings settings, Secrets secrets, NanoClock nanos, InstantSource wall)
            throws StartException {
        var limits =
                new NodeSender.Limits(
                        settings.requestTimeout(),
                        settings.connectTimeout(),
                        settings.maxResponseBytes(),
                        settings.maxResponseHeaderBytes());
        return parts.add(
                () ->
                        NodeSender.start(
                                limits,
                                node -> secrets.credentials().permission(node),
                                nanos,
                                wall));
    }

    private static WorkerLimits limits(
            WorkerSettings settings, KafkaSettings kafka, Duration lease) {
        return new WorkerLimits(
                new DispatchSettings(
                        settings.bufferRequests(),
                        settings.bufferBytes(),
                        TICKETS_MAX,
                        new KeyBounds(settings.keysMax(), kafka.keyTime())),
                settings.retry(),
                settings.requestTimeout(),
                lease,
                settings.grantAge(),
                settings.drain());
    }

    private static String key(SecureRandom random) {
        var bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    public static WorkerService start(
            WorkerSettings settings, KafkaSettings kafka, NanoClock nanos, InstantSource wall)
            throws StartException {
        return new WorkerService(settings, kafka, nanos, wall);
    }

    public String url() {
        return http.url();
    }

    @Override
    public void close() {
        parts.close();
    }

    /**
     * All workers of the process, closed at the same time: each waits for what it has in flight.
     */
    private record Workers(List<Worker> all) implements AutoCloseable {
        @Override
        public void close() {
            var threads = new ArrayList<Thread>();
            all.forEach(worker -> threads.add(Thread.startVirtualThread(worker::close)));
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
