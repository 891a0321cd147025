package dev.sluice.monitor;

import dev.sluice.chassis.http.AdminToken;
import dev.sluice.chassis.http.AdvertisedUrl;
import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.kafka.Announcer;
import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.lifecycle.Lifecycle;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.monitor.http.HealthProbe;
import dev.sluice.monitor.http.NodesApi;
import dev.sluice.monitor.kafka.Membership;
import dev.sluice.monitor.kafka.OwnServices;
import dev.sluice.monitor.kafka.Publisher;
import dev.sluice.monitor.urls.NodeUrls;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.ServiceKind;
import dev.sluice.protocol.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;

/** The monitor: keeps the registry of nodes, checks those of its shards, and shows both. */
public final class MonitorService implements AutoCloseable {

    private static final Duration ADMIN_CLOSE = Duration.ofSeconds(2);

    private final Lifecycle lifecycle;
    private final HttpService http;

    private MonitorService(Lifecycle lifecycle, HttpService http) {
        this.lifecycle = lifecycle;
        this.http = http;
    }

    /**
     * Starts it whole.
     *
     * @throws StartException if anything is missing; the nodes file's mistakes are all named
     */
    public static MonitorService start(
            MonitorSettings settings, KafkaSettings kafka, NanoClock nanos, InstantSource wall)
            throws StartException {
        var lifecycle = new Lifecycle("monitor");
        var metrics = lifecycle.add(() -> new Metrics("monitor"));
        var clients = new KafkaClients(kafka, "monitor", metrics.registry());
        makeTopics(clients);
        var nodes =
                lifecycle.add(
                        () ->
                                CompactedTable.open(
                                        clients, Topics.NODES, RegisteredNode.class, () -> {}));
        var health =
                lifecycle.add(
                        () ->
                                CompactedTable.open(
                                        clients, Topics.NODE_HEALTH, NodeHealth.class, () -> {}));
        var gauges = new MonitorMetrics(metrics, nodes.values(), health.values());
        var publisher = lifecycle.add(() -> new Publisher(clients));
        int port = settings.listen().port();
        var own = lifecycle.add(() -> new OwnServices(clients, port, wall));
        var urls = new NodeUrls(settings.allowedUrls(), own::listeners, nanos);
        Optional<NodesFileWatch> file = Optional.empty();
        if (settings.nodesFile().isPresent()) {
            Path path = settings.nodesFile().get();
            file =
                    Optional.of(
                            lifecycle.add(
                                    () ->
                                            NodesFileWatch.start(
                                                    path, nodes, publisher, urls, wall)));
        }
        var timeout = Duration.ofMillis(settings.timeoutMs());
        var probe = lifecycle.add(() -> new HealthProbe(nanos, timeout));
        var membership = lifecycle.add(() -> new Membership(clients));
        var checker =
                lifecycle.add(
                        () ->
                                new Checker(
                                        nodes.values(),
                                        health.values(),
                                        membership,
                                        publisher,
                                        probe,
                                        urls,
                                        settings.rules(),
                                        nanos,
                                        wall));
        gauges.count(metrics, checker);
        var stats = new MonitorStats(nodes, health.values(), membership, checker, file, wall);
        var token = new AdminToken(settings.adminToken(), metrics.registry(), nanos);
        var api = new NodesApi(nodes, health.values(), publisher, token, urls, wall);
        var http =
                lifecycle.add(
                        () ->
                                HttpService.start(
                                        settings.listen(), metrics, stats::figures, api::routes));
        URI url = AdvertisedUrl.uri(settings.advertisedUrl(), "monitor", http);
        lifecycle.add(() -> new Announcer(clients, ServiceKind.MONITOR, url, wall));
        lifecycle.running();
        return new MonitorService(lifecycle, http);
    }

    private static void makeTopics(KafkaClients clients) throws StartException {
        Admin admin = clients.admin();
        try {
            new TopicAdmin(admin, clients.settings()).ensureShared();
        } finally {
            admin.close(ADMIN_CLOSE);
        }
    }

    public String url() {
        return http.url();
    }

    @Override
    public void close() {
        lifecycle.close();
    }
}
