package dev.sluice.stats;

import dev.sluice.chassis.http.AdvertisedUrl;
import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.http.JsonFetch;
import dev.sluice.chassis.kafka.Announcer;
import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.QueueDepths;
import dev.sluice.chassis.kafka.ResultsReader;
import dev.sluice.chassis.kafka.ServiceDirectory;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.lifecycle.Lifecycle;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.ServiceKind;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.WorkerInfo;
import dev.sluice.stats.figures.Figures;
import dev.sluice.stats.figures.Totals;
import dev.sluice.stats.http.StatsRoutes;
import dev.sluice.stats.http.StatsStream;
import dev.sluice.stats.kafka.PastResults;
import dev.sluice.stats.services.Asking;
import dev.sluice.stats.services.Round;
import dev.sluice.stats.services.Rounds;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;

/**
 * The stats-aggregator: follows the results, the queues, the nodes and their health, and asks all
 * services for what they say of themselves.
 */
public final class StatsService implements AutoCloseable {

    // what the last minute's figures begin with, and a little more: attempts are told late
    private static final Duration WARM_UP = Duration.ofSeconds(65);
    // of each shard: some 5,000 results a second over 12 shards, read in seconds
    private static final long WARM_UP_RECORDS = 25_000;

    private final Lifecycle lifecycle = new Lifecycle("stats-aggregator");
    private final NanoClock nanos;
    private final InstantSource wall;
    private final LogFigures figures;
    private final CompactedTable<RegisteredNode> nodes;
    private final CompactedTable<NodeHealth> health;
    private final CompactedTable<WorkerInfo> workers;
    private final CompletableFuture<Void> caughtUp;
    private final QueueDepths depths;
    private final Rounds rounds;
    private final StatsStream stream;
    private final HttpService http;

    private StatsService(
            StatsSettings settings, KafkaSettings kafka, NanoClock nanos, InstantSource wall)
            throws StartException {
        this.nanos = nanos;
        this.wall = wall;
        var clients = new KafkaClients(kafka, "stats");
        var admin = lifecycle.add(() -> admin(clients));
        this.figures = new LogFigures(kafka.shards(), wall);
        this.nodes = table(clients, Topics.NODES, RegisteredNode.class);
        this.health = table(clients, Topics.NODE_HEALTH, NodeHealth.class);
        this.workers = table(clients, Topics.WORKERS, WorkerInfo.class);
        var services = lifecycle.add(() -> ServiceDirectory.open(clients));
        var reader =
                lifecycle.add(
                        () ->
                                ResultsReader.openSince(
                                        clients,
                                        admin,
                                        WARM_UP_RECORDS,
                                        wall.instant().minus(WARM_UP).toEpochMilli(),
                                        figures));
        this.caughtUp = reader.caughtUp().thenRun(figures::warm);
        // after the reader: what is appended from now on comes from that
        lifecycle.add(() -> new PastResults(clients, settings.pastBytesPerSecond(), figures));
        this.depths = lifecycle.add(() -> new QueueDepths(clients, admin, reader));
        var fetch = lifecycle.add(() -> new JsonFetch(nanos));
        var asking = new Asking(fetch, services::all, settings.external(), nanos, wall);
        this.rounds = lifecycle.add(() -> new Rounds(asking, nanos));
        var metrics = new Metrics("stats");
        lifecycle.add(() -> new StatsGauges(metrics, figures, this::logReport));
        this.stream = lifecycle.add(() -> new StatsStream(() -> json(rounds.latest())));
        var routes = new StatsRoutes(stream, this::self);
        this.http =
                lifecycle.add(
                        () ->
                                HttpService.start(
                                        settings.listen(),
                                        metrics,
                                        () -> json(current()),
                                        routes::configure));
        URI url = AdvertisedUrl.uri(settings.advertisedUrl(), "stats", http);
        lifecycle.add(
                () ->
                        new ServiceCleaning(
                                new Announcer(clients, ServiceKind.STATS_AGGREGATOR, url, wall),
                                services,
                                wall));
        // closed first: listeners leave before the port is closed
        lifecycle.add(() -> stream);
        lifecycle.running();
    }

    /**
     * Starts it whole.
     *
     * @throws StartException if the broker or the port is not there
     */
    public static StatsService start(
            StatsSettings settings, KafkaSettings kafka, NanoClock nanos, InstantSource wall)
            throws StartException {
        return new StatsService(settings, kafka, nanos, wall);
    }

    private Round current() {
        try {
            return rounds.current();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return rounds.latest();
        }
    }

    private Object json(Round round) {
        return figures.look((recent, totals) -> report(recent, totals, round).json());
    }

    /** Of the log alone: nobody is asked. */
    private StatsReport logReport(Figures recent, Totals totals) {
        return report(recent, totals, Round.none(nanos.nanoTime()));
    }

    private StatsReport report(Figures recent, Totals totals, Round round) {
        return new StatsReport(
                wall.instant(),
                nanos.nanoTime(),
                caughtUp.isDone(),
                depths.all(),
                Map.copyOf(nodes.values()),
                Map.copyOf(health.values()),
                Map.copyOf(workers.values()),
                recent,
                totals,
                round);
    }

    /** What another aggregator is told: figures of the whole would go round in circles. */
    private Object self() {
        boolean complete = figures.look((recent, totals) -> totals.complete());
        return Map.of(
                "service", ServiceKind.STATS_AGGREGATOR.text(),
                "caught_up", caughtUp.isDone() && complete,
                "listeners", stream.listeners());
    }

    /** A client of a broker on which our topics are. */
    private static Admin admin(KafkaClients clients) throws StartException {
        Admin admin = clients.admin();
        try {
            new TopicAdmin(admin, clients.settings()).ensureShared();
            return admin;
        } catch (StartException e) {
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    private <V> CompactedTable<V> table(KafkaClients clients, String topic, Class<V> type)
            throws StartException {
        return lifecycle.add(() -> CompactedTable.open(clients, topic, type, () -> {}));
    }

    public String url() {
        return http.url();
    }

    @Override
    public void close() {
        lifecycle.close();
    }
}
