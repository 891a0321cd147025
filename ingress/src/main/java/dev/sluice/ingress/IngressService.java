package dev.sluice.ingress;

import dev.sluice.chassis.http.AdminToken;
import dev.sluice.chassis.http.AdvertisedUrl;
import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.http.JsonFetch;
import dev.sluice.chassis.kafka.Announcer;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.PoolDepths;
import dev.sluice.chassis.kafka.QueueDepths;
import dev.sluice.chassis.kafka.ResultsReader;
import dev.sluice.chassis.kafka.ServiceDirectory;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.lifecycle.HeapWatch;
import dev.sluice.chassis.lifecycle.Lifecycle;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.chassis.trace.Tracing;
import dev.sluice.ingress.heartbeat.Activity;
import dev.sluice.ingress.heartbeat.LastMessage;
import dev.sluice.ingress.http.IngressHttp;
import dev.sluice.ingress.http.ReplaysApi;
import dev.sluice.ingress.http.StatsRelay;
import dev.sluice.ingress.kafka.LaneTopics;
import dev.sluice.ingress.kafka.LogReach;
import dev.sluice.ingress.kafka.LogReads;
import dev.sluice.ingress.kafka.NodePools;
import dev.sluice.ingress.kafka.QueueRoom;
import dev.sluice.ingress.kafka.RecentKeys;
import dev.sluice.ingress.kafka.RequestLog;
import dev.sluice.ingress.kafka.ResultLookup;
import dev.sluice.ingress.kafka.ResultsFeed;
import dev.sluice.ingress.queue.KeptHeaders;
import dev.sluice.ingress.queue.QueueLimits;
import dev.sluice.ingress.results.RecentResults;
import dev.sluice.ingress.results.Waiters;
import dev.sluice.ingress.traffic.Traffic;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ServiceInfo;
import dev.sluice.protocol.ServiceKind;
import dev.sluice.replay.Room;
import dev.sluice.replay.kafka.ReplayHost;
import dev.sluice.replay.kafka.ReplayRun;
import dev.sluice.replay.kafka.Replays;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/**
 * A running ingress: HTTP in, requests to the log, results out.
 *
 * <p>It is ready when it knows its pools, has their topics, and has read what the results say.
 */
public final class IngressService implements AutoCloseable {

    // ranges of the sparse index: 67 million requests, some 6 MiB
    private static final int SPARSE_BLOCKS = 65_536;
    private static final int TOPIC_TIMEOUT_MS = 15_000;
    private static final Duration FIRST_LOOK = Duration.ofSeconds(20);

    private final Lifecycle lifecycle;
    private final HttpService http;
    private final Activity activity;

    private IngressService(Lifecycle lifecycle, HttpService http, Activity activity) {
        this.lifecycle = lifecycle;
        this.http = http;
        this.activity = activity;
    }

    /**
     * Starts it whole or not at all; returns when it is ready.
     *
     * @throws StartException if it cannot start, with what to do
     */
    public static IngressService start(
            IngressSettings settings, KafkaSettings kafka, NanoClock nanos, InstantSource wall)
            throws StartException {
        var lifecycle = new Lifecycle("ingress");
        try {
            var lastMessage = new LastMessage();
            HttpService http = assemble(lifecycle, settings, kafka, lastMessage, nanos, wall);
            lifecycle.running();
            return new IngressService(lifecycle, http, lastMessage);
        } catch (StartException e) {
            lifecycle.close();
            throw e;
        } catch (InterruptedException e) {
            lifecycle.close();
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    /** Where it listens, for clients on this machine. */
    public String url() {
        return http.url();
    }

    /** What came over the WebSocket of the heartbeat. */
    public Activity activity() {
        return activity;
    }

    /** Lets waiting clients go, stops HTTP, then sends what is on its way to the log. */
    @Override
    public void close() {
        lifecycle.close();
    }

    private static HttpService assemble(
            Lifecycle lifecycle,
            IngressSettings settings,
            KafkaSettings kafka,
            LastMessage lastMessage,
            NanoClock nanos,
            InstantSource wall)
            throws StartException, InterruptedException {
        var metrics = lifecycle.add(() -> new Metrics("ingress"));
        var clients = new KafkaClients(kafka, "ingress", metrics.registry());
        var tracing = Tracing.start(lifecycle, "sluice-ingress", settings.traces());
        var admin = lifecycle.add(clients::admin);
        var topicAdmin = new TopicAdmin(admin, kafka);
        topicAdmin.ensureShared();
        var topics = lifecycle.add(() -> new LaneTopics(topicAdmin));
        var pools = lifecycle.add(() -> new NodePools(clients));
        ensureTopics(topics, pools);

        var waiters = new Waiters(settings.waiters());
        var recent =
                new RecentResults(
                        new RecentResults.Sizes(
                                settings.indexEntries(), SPARSE_BLOCKS, settings.cacheBytes()));
        var results =
                lifecycle.add(
                        () ->
                                ResultsReader.open(
                                        clients,
                                        admin,
                                        settings.warmUpRecords(),
                                        new ResultsFeed(recent, waiters)));
        await(
                results.caughtUp(),
                settings.catchUp(),
                "the results were not read in time: raise LB_CATCH_UP_SECONDS");
        var depths = lifecycle.add(() -> new QueueDepths(clients, admin, results));
        await(depths.firstLook(), FIRST_LOOK, "the broker does not say how much is queued");
        var poolDepths = new PoolDepths(depths);
        var room = new QueueRoom(poolDepths, settings::limitsOf);
        var reads = lifecycle.add(() -> new LogReads(clients, nanos, settings.lookupConsumers()));
        var lookup =
                new ResultLookup(
                        reads,
                        recent,
                        results,
                        topics,
                        kafka.shards(),
                        nanos,
                        settings.lookupTimeout());
        var log =
                lifecycle.add(
                        () ->
                                new RequestLog(
                                        clients,
                                        topics,
                                        settings.appendTimeoutMillis(),
                                        settings.producerBufferBytes(),
                                        ThreadLocalRandom.current().nextInt(kafka.shards()),
                                        nanos));
        var replays =
                replays(lifecycle, metrics, settings, clients, admin, poolDepths, nanos, wall);
        var heap = lifecycle.add(() -> new HeapWatch(nanos));
        var relay = statsRelay(lifecycle, settings, clients, nanos, wall);
        var http =
                lifecycle.add(
                        () ->
                                IngressHttp.start(
                                        settings.listen(),
                                        metrics,
                                        settings.bounds(),
                                        new IngressHttp.Parts(
                                                pools,
                                                room,
                                                log,
                                                new RecentKeys(
                                                        settings.idempotencyKeys(),
                                                        kafka.keyTime()),
                                                waiters,
                                                recent,
                                                lookup,
                                                new KeptHeaders(
                                                        settings.credentialHeaders(),
                                                        settings.maxHeaderBytes()),
                                                settings.routes(),
                                                lastMessage,
                                                new LogReach(
                                                        admin, kafka.minInSyncReplicas(), nanos),
                                                new Traffic(lastMessage),
                                                relay,
                                                tracing,
                                                replays,
                                                heap,
                                                nanos,
                                                wall)));
        URI url = AdvertisedUrl.uri(settings.advertisedUrl(), "lb", http);
        lifecycle.add(() -> new Announcer(clients, ServiceKind.INGRESS, url, wall));
        // closed first: clients that wait get their 202 before the port is closed
        lifecycle.add(() -> waiters);
        return http;
    }

    /** Closed after HTTP: another ingress goes on with what ran here. */
    private static ReplaysApi replays(
            Lifecycle lifecycle,
            Metrics metrics,
            IngressSettings settings,
            KafkaClients clients,
            Admin admin,
            PoolDepths depths,
            NanoClock nanos,
            InstantSource wall)
            throws StartException {
        String owner = "ingress " + UUID.randomUUID();
        var replays =
                lifecycle.add(
                        () -> Replays.open(new Replays.Parts(clients, admin, owner, nanos, wall)));
        var around =
                new ReplayRun.Surroundings(
                        depths,
                        pool -> {
                            QueueLimits limits = settings.limitsOf(pool);
                            return new Room(limits.maxBytes(), limits.maxDrainSeconds());
                        });
        var host = lifecycle.add(() -> new ReplayHost(replays, around, wall));
        return new ReplaysApi(
                host, new AdminToken(settings.adminToken(), metrics.registry(), nanos), wall);
    }

    private static StatsRelay statsRelay(
            Lifecycle lifecycle,
            IngressSettings settings,
            KafkaClients clients,
            NanoClock nanos,
            InstantSource wall)
            throws StartException {
        var fetch = lifecycle.add(() -> new JsonFetch(nanos));
        if (settings.statsUrl().isPresent()) {
            return new StatsRelay(fetch, () -> settings.statsUrl().stream().toList());
        }
        var services = lifecycle.add(() -> ServiceDirectory.open(clients));
        return new StatsRelay(
                fetch,
                () ->
                        services.up(ServiceKind.STATS_AGGREGATOR, wall.instant()).stream()
                                .map(ServiceInfo::url)
                                .toList());
    }

    private static void ensureTopics(LaneTopics topics, NodePools pools)
            throws StartException, InterruptedException {
        var known = new TreeSet<>(pools.all().keySet());
        known.add(PoolName.DEFAULT);
        for (PoolName pool : known) {
            Optional<String> problem =
                    topics.ensure(new RequestsTopic(pool, Lane.NORMAL), TOPIC_TIMEOUT_MS);
            if (problem.isPresent()) {
                throw new StartException(problem.get());
            }
        }
    }

    private static void await(CompletableFuture<Void> done, Duration timeout, String otherwise)
            throws StartException, InterruptedException {
        try {
            done.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new StartException(otherwise, e);
        }
    }
}
