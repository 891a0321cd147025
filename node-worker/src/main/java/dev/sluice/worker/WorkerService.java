package dev.sluice.worker;

import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.lifecycle.Lifecycle;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.Topics;
import dev.sluice.worker.dispatch.DispatchSettings;
import dev.sluice.worker.gate.GateSettings;
import dev.sluice.worker.http.NodeSender;
import dev.sluice.worker.kafka.NewPools;
import dev.sluice.worker.kafka.Worker;
import dev.sluice.worker.kafka.WorkerLimits;
import dev.sluice.worker.keeper.LocalKeeper;
import dev.sluice.worker.keys.KeyBounds;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;

/** The node-worker: takes requests from the log to the nodes and records their results. */
public final class WorkerService implements AutoCloseable {

    private static final Duration BREAKER_OPEN = Duration.ofSeconds(2);
    // handed in at one time for each lane: what a pool of fast nodes takes while a batch is granted
    private static final int TICKETS_MAX = 1_000;

    private final Lifecycle parts = new Lifecycle("node-worker");
    private final HttpService http;

    private WorkerService(
            WorkerSettings settings, KafkaSettings kafka, NanoClock nanos, InstantSource wall)
            throws StartException {
        var clients = new KafkaClients(kafka, "node-worker");
        Admin admin = parts.add(clients::admin);
        parts.add(
                () -> {
                    new TopicAdmin(admin, kafka).ensureShared();
                    return () -> {};
                });
        var gates =
                new GateSettings(settings.wayMargin(), settings.largestBodyBytes(), BREAKER_OPEN);
        var newPools = new NewPools(admin, kafka);
        LocalKeeper keeper =
                parts.add(
                        () -> new LocalKeeper(gates, kafka.shards(), nanos, wall, newPools::look));
        newPools.tell(keeper);
        follow(clients, keeper);
        var limits =
                new NodeSender.Limits(
                        settings.requestTimeout(),
                        settings.connectTimeout(),
                        settings.maxResponseBytes());
        NodeSender sender = parts.add(() -> NodeSender.start(limits, nanos, wall));
        var workers = new ArrayList<Worker>();
        parts.add(() -> new Workers(workers));
        var workerLimits =
                new WorkerLimits(
                        new DispatchSettings(
                                settings.bufferRequests(),
                                settings.bufferBytes(),
                                TICKETS_MAX,
                                new KeyBounds(settings.keysMax(), kafka.keyTime())),
                        settings.retry(),
                        settings.requestTimeout(),
                        settings.drain());
        String process = UUID.randomUUID().toString().substring(0, 8);
        for (int i = 1; i <= settings.count(); i++) {
            String id = "worker-" + process + "-" + i;
            workers.add(new Worker(id, workerLimits, clients, admin, sender, keeper, nanos, wall));
        }
        var metrics = new Metrics("node-worker");
        var stats = new WorkerStats(workers, keeper, metrics.registry());
        this.http =
                parts.add(
                        () ->
                                HttpService.start(
                                        new HttpService.Listen(
                                                settings.host(), settings.port(), "WORKER_PORT"),
                                        metrics,
                                        stats::json,
                                        config -> {}));
        parts.running();
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

    /** Keeps the gates up to date with the topics of nodes and of their health. */
    private void follow(KafkaClients clients, LocalKeeper keeper) throws StartException {
        var nodes = new AtomicReference<CompactedTable<RegisteredNode>>();
        var health = new AtomicReference<CompactedTable<NodeHealth>>();
        Runnable tell =
                () -> {
                    var nodesNow = nodes.get();
                    var healthNow = health.get();
                    if (nodesNow != null && healthNow != null) {
                        List<NodeSpec> specs =
                                nodesNow.values().values().stream()
                                        .map(RegisteredNode::spec)
                                        .toList();
                        keeper.nodes(specs, healthNow.values());
                    }
                };
        nodes.set(
                parts.add(
                        () ->
                                CompactedTable.open(
                                        clients, Topics.NODES, RegisteredNode.class, tell)));
        health.set(
                parts.add(
                        () ->
                                CompactedTable.open(
                                        clients, Topics.NODE_HEALTH, NodeHealth.class, tell)));
        tell.run();
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
