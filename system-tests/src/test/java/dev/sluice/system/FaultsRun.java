package dev.sluice.system;

import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.ResultsReader;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.cli.audit.AuditReport;
import dev.sluice.cli.audit.kafka.Audit;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ShardFold;
import dev.sluice.testkit.BrokerProcess;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.FakeNode.Keep;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.Seen;
import dev.sluice.testkit.SlidingWindow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A fleet of real worker processes over a broker of its own, under load, while a seeded list of
 * faults happens to them; and what the log and the nodes say of it afterwards.
 */
final class FaultsRun implements AutoCloseable {

    /**
     * What is done.
     *
     * @param requests to be accepted in all
     * @param requestsPerSecond that are offered; the nodes together take a little less
     * @param workers processes
     * @param faults one after the other, over the time of the load
     * @param stopped how long a worker stands still
     */
    record Plan(
            int requests,
            int requestsPerSecond,
            int workers,
            int faults,
            Duration stopped,
            long seed) {}

    /** What happened to whom, and when. */
    enum Fault {
        KILL_WORKER,
        STOP_WORKER,
        TERMINATE_WORKER,
        KILL_BROKER
    }

    /** The first result of a request, as the log has it. */
    private record Ended(Instant appendedAt, ResultEvent result) {}

    private static final int NODES = 3;
    private static final int MAX_IN_FLIGHT = 12;
    private static final int BODY_MAX_BYTES = 2_000;
    private static final Duration NODE_TAKES = Duration.ofMillis(40);

    private final Plan plan;
    private final Path dir;
    private final Random random;
    private final BrokerProcess broker;
    private final List<FakeNode> nodes = new ArrayList<>();
    private final List<Integer> limits = new ArrayList<>();
    private final Fleet front;
    private final List<WorkerProcess> workers = new ArrayList<>();
    private final List<FaultsReport.Happened> happened = new ArrayList<>();
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final Map<RequestId, Ended> ended = new ConcurrentHashMap<>();
    private final AtomicInteger superseded = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final long wallMinusNanos;
    private final KafkaSettings kafka;
    private final ResultsReader reader;
    private final Runnable closeAdmin;

    FaultsRun(Plan plan, Path dir) throws Exception {
        this.plan = plan;
        this.dir = dir;
        this.random = new Random(plan.seed());
        this.wallMinusNanos = System.currentTimeMillis() * 1_000_000 - System.nanoTime();
        this.broker = BrokerProcess.start(dir.resolve("broker"));
        var yaml = new NodesYaml();
        for (int i = 0; i < NODES; i++) {
            var node = FakeNode.start(Keep.LENGTHS, seen -> Reply.status(200).after(NODE_TAKES));
            // together a tenth less than what is offered, each another share
            int rpm = plan.requestsPerSecond() * 54 * (i + 1) / (NODES * (NODES + 1) / 2);
            nodes.add(node);
            limits.add(rpm);
            yaml.node("n" + i, "default", node, rpm, 1_000_000_000L, MAX_IN_FLIGHT);
        }
        front =
                Fleet.withoutWorker(
                        broker.bootstrapServers(),
                        yaml.in(dir),
                        Map.of("QUEUE_MAX_DRAIN_SECONDS", "86400"));
        kafka =
                KafkaSettings.read(
                        Settings.of(
                                Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()),
                                Map.of()),
                        KafkaClients.knownKeys());
        var clients = new KafkaClients(kafka, "faults");
        var kafkaAdmin = clients.admin();
        closeAdmin = kafkaAdmin::close;
        reader = ResultsReader.open(clients, kafkaAdmin, 0, this::read);
        for (int i = 0; i < plan.workers(); i++) {
            workers.add(startWorker());
        }
        workers.forEach(WorkerProcess::ready);
    }

    private void read(
            int shard, long offset, long appendedAtMs, boolean before, ShardFold.Step step) {
        if (step instanceof ShardFold.Step.First(ResultEvent result)) {
            ended.put(result.request(), new Ended(Instant.ofEpochMilli(appendedAtMs), result));
        } else if (step instanceof ShardFold.Step.Superseded) {
            superseded.incrementAndGet();
        }
    }

    private WorkerProcess startWorker() {
        return WorkerProcess.start(
                dir,
                broker.bootstrapServers(),
                Map.of("WORKER_DRAIN_SECONDS", "10", "WORKER_LARGEST_BODY_BYTES", "2000"));
    }

    // --- the run -------------------------------------------------------------------------------

    /** Offers the load, does the faults, and waits until all that was accepted has ended. */
    FaultsReport run() {
        Thread load = Thread.startVirtualThread(this::load);
        Duration length = Duration.ofMillis(1000L * plan.requests() / plan.requestsPerSecond());
        long startNanos = System.nanoTime();
        long everyNanos = length.toNanos() / (plan.faults() + 1);
        for (int i = 1; i <= plan.faults(); i++) {
            // at its time, or when the one before is over
            pause(Duration.ofNanos(startNanos + i * everyNanos - System.nanoTime()));
            fault(Fault.values()[random.nextInt(Fault.values().length)]);
        }
        try {
            load.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        revive();
        await().atMost(length.multipliedBy(2).plusMinutes(3))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> ended.size() >= accepted.size() && allEnded());
        return report();
    }

    private boolean allEnded() {
        return accepted.stream()
                .allMatch(id -> ended.containsKey(RequestId.parse(id).orElseThrow()));
    }

    /** Several clients, which try again what was not accepted. */
    private void load() {
        int clients = 8;
        long startNanos = System.nanoTime();
        var next = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int c = 0; c < clients; c++) {
            threads.add(Thread.startVirtualThread(() -> post(next, startNanos)));
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void post(AtomicInteger next, long startNanos) {
        Client client = front.ingress();
        for (int i = next.getAndIncrement(); i < plan.requests(); i = next.getAndIncrement()) {
            long due = startNanos + i * 1_000_000_000L / plan.requestsPerSecond();
            LockSupport.parkNanos(due - System.nanoTime());
            while (true) {
                var answer = client.send("POST", "/", new byte[i % BODY_MAX_BYTES]);
                if (answer.statusCode() == 202) {
                    accepted.add(
                            answer.headers().firstValue("Location").orElseThrow().substring(10));
                    break;
                }
                refused.incrementAndGet(); // the log is away; it may be there all the same
                pause(Duration.ofMillis(200));
            }
        }
    }

    /** As a supervisor does: one that found no broker when it started is started again. */
    private void revive() {
        for (WorkerProcess worker : List.copyOf(workers)) {
            if (!worker.isAlive()) {
                if (!worker.output().contains("does not start: ")) {
                    throw new AssertionError("ended by itself:\n" + worker.output());
                }
                replace(worker);
            }
        }
    }

    private void fault(Fault fault) {
        revive();
        WorkerProcess worker = workers.get(random.nextInt(workers.size()));
        Instant from = Instant.now();
        switch (fault) {
            case KILL_WORKER -> {
                worker.kill();
                happened(fault, from);
                pause(Duration.ofMillis(random.nextInt(2_000)));
                replace(worker);
            }
            case STOP_WORKER -> {
                worker.standStill();
                happened(fault, from);
                pause(plan.stopped());
                worker.goOn();
            }
            case TERMINATE_WORKER -> {
                worker.terminate();
                happened(fault, from); // it drains: what it sends from now on is its own to end
                if (worker.exitCode() != 143) {
                    throw new AssertionError("ended with an error:\n" + worker.output());
                }
                replace(worker);
            }
            case KILL_BROKER -> {
                broker.kill();
                pause(Duration.ofMillis(random.nextInt(2_000)));
                broker.start();
                happened(fault, from);
            }
        }
    }

    private void happened(Fault fault, Instant from) {
        happened.add(new FaultsReport.Happened(fault.name(), from, Instant.now()));
    }

    private void replace(WorkerProcess worker) {
        workers.remove(worker);
        workers.add(startWorker());
    }

    private static void pause(Duration pause) {
        long until = System.nanoTime() + pause.toNanos();
        while (until - System.nanoTime() > 0) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }

    // --- what came of it -----------------------------------------------------------------------

    private FaultsReport report() {
        var sends = new HashMap<String, List<Instant>>();
        for (FakeNode node : nodes) {
            for (Seen seen : node.seen()) {
                sends.computeIfAbsent(
                                String.valueOf(seen.header("Sluice-Request-Id")),
                                id -> new ArrayList<>())
                        .add(at(seen.arrivedNanos()));
            }
        }
        var endedAt = new HashMap<String, Instant>();
        ended.forEach((id, end) -> endedAt.put(id.toString(), end.appendedAt()));
        var uses = new ArrayList<FaultsReport.Use>();
        for (int i = 0; i < nodes.size(); i++) {
            var hits = nodes.get(i).hits();
            uses.add(
                    new FaultsReport.Use(
                            limits.get(i),
                            SlidingWindow.peakPerMinute(hits).requests(),
                            hits.size()));
        }
        return new FaultsReport(
                Set.copyOf(accepted),
                endedAt,
                superseded.get(),
                refused.get(),
                sends,
                List.copyOf(happened),
                uses);
    }

    private Instant at(long nanos) {
        long wallNanos = nanos + wallMinusNanos;
        return Instant.EPOCH.plusNanos(wallNanos);
    }

    /** What the log proves. */
    AuditReport audit() throws Exception {
        return Audit.run(kafka, Instant.now());
    }

    @Override
    public void close() {
        reader.close();
        closeAdmin.run();
        workers.forEach(WorkerProcess::close);
        front.close();
        broker.close();
        nodes.forEach(FakeNode::close);
    }
}
