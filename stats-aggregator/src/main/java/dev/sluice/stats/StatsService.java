package dev.sluice.stats;

import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.QueueDepths;
import dev.sluice.chassis.kafka.ResultsReader;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.lifecycle.Lifecycle;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.Topics;
import dev.sluice.stats.figures.Figures;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;

/** The stats-aggregator: follows the results, the queues, the nodes and their health. */
public final class StatsService implements AutoCloseable {

    // per shard: what the last minute's figures begin with
    private static final long WARM_UP_RECORDS = 2_000;

    private final Lifecycle lifecycle;
    private final HttpService http;

    private StatsService(Lifecycle lifecycle, HttpService http) {
        this.lifecycle = lifecycle;
        this.http = http;
    }

    /**
     * Starts it whole.
     *
     * @throws StartException if the broker or the port is not there
     */
    public static StatsService start(
            StatsSettings settings, KafkaSettings kafka, NanoClock nanos, InstantSource wall)
            throws StartException {
        var lifecycle = new Lifecycle("stats-aggregator");
        var clients = new KafkaClients(kafka, "stats");
        var admin = lifecycle.add(() -> admin(clients));
        var figures = new LogFigures(wall);
        var nodes = table(lifecycle, clients, Topics.NODES, RegisteredNode.class);
        var health = table(lifecycle, clients, Topics.NODE_HEALTH, NodeHealth.class);
        var reader =
                lifecycle.add(() -> ResultsReader.open(clients, admin, WARM_UP_RECORDS, figures));
        var caughtUp = reader.caughtUp().thenRun(figures::warm);
        var depths = lifecycle.add(() -> new QueueDepths(clients, admin, reader));
        Function<Figures, StatsReport> report =
                now ->
                        new StatsReport(
                                wall.instant(),
                                figures.since(),
                                caughtUp.isDone(),
                                depths.all(),
                                Map.copyOf(nodes.values()),
                                Map.copyOf(health.values()),
                                now);
        var metrics = new Metrics("stats");
        lifecycle.add(() -> new StatsGauges(metrics, figures, report));
        var http =
                lifecycle.add(
                        () ->
                                HttpService.start(
                                        settings.listen(),
                                        metrics,
                                        () -> figures.look(report.andThen(StatsReport::json)),
                                        config -> {}));
        lifecycle.running();
        return new StatsService(lifecycle, http);
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

    private static <V> CompactedTable<V> table(
            Lifecycle lifecycle, KafkaClients clients, String topic, Class<V> type)
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
