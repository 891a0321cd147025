package dev.sluice.ingress.http;

import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.http.Resource;
import dev.sluice.chassis.http.connections.ConnectionLimits;
import dev.sluice.chassis.kafka.QueueDepths.Depth;
import dev.sluice.chassis.lifecycle.HeapWatch;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.chassis.trace.Tracing;
import dev.sluice.ingress.heartbeat.HeartbeatBounds;
import dev.sluice.ingress.heartbeat.LastMessage;
import dev.sluice.ingress.http.trace.ServerSpans;
import dev.sluice.ingress.http.trace.UpstreamSpans;
import dev.sluice.ingress.http.upstream.UpstreamBounds;
import dev.sluice.ingress.http.upstream.UpstreamMetrics;
import dev.sluice.ingress.http.upstream.Upstreams;
import dev.sluice.ingress.kafka.LogReach;
import dev.sluice.ingress.kafka.NodePools;
import dev.sluice.ingress.kafka.QueueRoom;
import dev.sluice.ingress.kafka.RecentKeys;
import dev.sluice.ingress.kafka.RequestLog;
import dev.sluice.ingress.kafka.RequestWatch;
import dev.sluice.ingress.kafka.ResultLookup;
import dev.sluice.ingress.queue.KeptHeaders;
import dev.sluice.ingress.results.RecentResults;
import dev.sluice.ingress.results.Waiters;
import dev.sluice.ingress.route.RouteTable;
import dev.sluice.ingress.traffic.Traffic;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.ProtocolJson;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import io.micrometer.core.instrument.Gauge;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import tools.jackson.databind.node.ObjectNode;

/** The routes of the ingress, and what stands behind each. */
public final class IngressHttp {

    /** Bounds of what one client may send and ask for. */
    public record Bounds(
            ConnectionLimits connections,
            BodyBounds bodies,
            int maxHeaderBytes,
            int maxWaitSeconds,
            UpstreamBounds upstream,
            HeartbeatBounds heartbeat,
            int maxHops,
            int maxResponseHeaderBytes) {}

    /** What the handlers work with. */
    public record Parts(
            NodePools pools,
            QueueRoom room,
            RequestLog log,
            RecentKeys keys,
            Waiters waiters,
            RecentResults recent,
            ResultLookup lookup,
            KeptHeaders keptHeaders,
            RouteTable routes,
            LastMessage lastMessage,
            LogReach reach,
            Traffic traffic,
            StatsRelay statsRelay,
            Optional<Tracing> tracing,
            ReplaysApi replays,
            HeapWatch heap,
            NanoClock nanos,
            InstantSource wall) {}

    /** The description of every call, OpenAPI 3.1. */
    private static final String OPEN_API = "/dev/sluice/ingress/openapi.json";

    private static final List<HandlerType> METHODS =
            List.of(
                    HandlerType.GET,
                    HandlerType.HEAD,
                    HandlerType.POST,
                    HandlerType.PUT,
                    HandlerType.PATCH,
                    HandlerType.DELETE,
                    HandlerType.OPTIONS);

    // credentials and other fields that are not kept, and the request line
    private static final int FURTHER_HEADER_BYTES = 32 * 1024;

    private final Parts parts;
    private final Bounds bounds;
    private final QueueMetrics metrics;
    private final BodyMemory memory;
    private final BodyReader bodies;
    private final Heartbeat heartbeat;

    private IngressHttp(Parts parts, Bounds bounds, QueueMetrics metrics) {
        this.parts = parts;
        this.bounds = bounds;
        this.metrics = metrics;
        var of = bounds.bodies();
        this.memory =
                new BodyMemory(
                        new BodyMemory.Bounds(of.memoryBytes(), of.memoryBytesPerClient()),
                        parts.heap()::isUnderPressure);
        this.bodies =
                new BodyReader(
                        new BodyReader.Bounds(of.maxBytes(), of.timeout().toNanos()),
                        memory,
                        parts.nanos());
        this.heartbeat = new Heartbeat(bounds.heartbeat(), parts.lastMessage(), parts.nanos());
    }

    /** Starts to listen. */
    public static HttpService start(
            HttpService.Listen listen, Metrics metrics, Bounds bounds, Parts parts)
            throws StartException {
        var queueMetrics = new QueueMetrics(metrics.registry());
        var http = new IngressHttp(parts, bounds, queueMetrics);
        http.gauges(metrics);
        var upstreams =
                new Upstreams(
                        bounds.upstream(),
                        new UpstreamMetrics(metrics.registry()),
                        parts.tracing().map(to -> new UpstreamSpans(to, parts.wall())),
                        parts.nanos());
        return HttpService.start(
                listen,
                bounds.connections(),
                metrics,
                () -> parts.statsRelay().stats(http::ownFigures),
                config -> {
                    http.jetty(config, upstreams);
                    http.routes(config);
                    http.heartbeat.configure(config);
                    parts.replays().routes(config);
                    config.routes.get("/lb-stats", ctx -> ctx.json(http.ownFigures()));
                    String openApi = Resource.text(IngressHttp.class, OPEN_API);
                    config.routes.get(
                            "/openapi.json",
                            ctx -> ctx.contentType("application/json").result(openApi));
                    // after whoever sets handlers: around all of them
                    config.jetty.modifyServer(
                            server ->
                                    server.insertHandler(
                                            new TrafficHandler(parts.traffic(), parts.nanos())));
                });
    }

    private void gauges(Metrics metrics) {
        gauge(metrics, "waiters", "Clients that wait for a result", parts.waiters()::count);
        gauge(
                metrics,
                "body.bytes",
                "Bodies on their way to the log, answers on their way out",
                memory::heldBytes);
        gauge(metrics, "heartbeats", "WebSockets of the heartbeat", heartbeat::connections);
        gauge(metrics, "idempotency.keys", "Keys that are remembered", parts.keys()::size);
        DepthGauges.register(metrics, parts.pools(), parts.room());
    }

    private static void gauge(
            Metrics metrics, String name, String description, Supplier<Number> value) {
        Gauge.builder("sluice.ingress." + name, value)
                .description(description)
                .strongReference(true)
                .register(metrics.registry());
    }

    private void jetty(JavalinConfig config, Upstreams upstreams) {
        config.jetty.modifyHttpConfiguration(
                http -> {
                    http.setRequestHeaderSize(bounds.maxHeaderBytes() + FURTHER_HEADER_BYTES);
                    http.setMaxResponseHeaderSize(bounds.maxResponseHeaderBytes());
                    // paths are routed and passed on as they came, never decoded: %2F and the like
                    // mean nothing here, and dot segments are refused by the queue path itself
                    http.setUriCompliance(UriCompliance.UNSAFE);
                    // what servers read in different ways is refused, lines that end in a bare LF
                    // included: the next server may see two requests where we see one
                    http.setHttpCompliance(HttpCompliance.STRICT);
                });
        var spans = parts.tracing().map(to -> new ServerSpans(to, parts.wall()));
        config.events.serverStopping(upstreams::stopping);
        config.jetty.modifyServer(
                server ->
                        server.insertHandler(
                                new FrontDoor(parts.routes(), upstreams, spans, bounds.maxHops())));
    }

    private void routes(JavalinConfig config) {
        var watch = new RequestWatch(parts.lookup(), parts.waiters(), parts.nanos(), parts.wall());
        var appends =
                new QueueAppends(
                        new QueueAppends.Parts(
                                parts.room(),
                                parts.log(),
                                parts.keys(),
                                bodies,
                                metrics,
                                parts.tracing(),
                                parts.nanos(),
                                parts.wall()));
        var queue =
                new QueueHandler(
                        new QueueHandler.Parts(
                                parts.pools(),
                                appends,
                                parts.waiters(),
                                memory,
                                watch,
                                parts.keptHeaders(),
                                metrics,
                                parts.traffic(),
                                bounds.maxWaitSeconds(),
                                parts.nanos()));
        var requests = new RequestsHandler(watch, memory, bounds.maxWaitSeconds(), parts.wall());
        var health = new HealthHandler(parts.reach());
        config.routes.post("/", queue::root);
        for (HandlerType method : METHODS) {
            config.routes.addEndpoint(new Endpoint(method, "/queue/*", queue::pool));
        }
        // HEAD by name too: left to itself, Javalin answers it with 200 wherever there is a GET
        for (HandlerType method : List.of(HandlerType.GET, HandlerType.HEAD)) {
            config.routes.addEndpoint(new Endpoint(method, "/lb-health", health::health));
            config.routes.addEndpoint(new Endpoint(method, "/requests/{id}", requests::status));
            config.routes.addEndpoint(
                    new Endpoint(method, "/requests/{id}/response", requests::response));
        }
    }

    /** Of this ingress alone. */
    private ObjectNode ownFigures() {
        var mapper = ProtocolJson.mapper();
        ObjectNode figures = mapper.createObjectNode().put("service", "ingress");
        figures.setAll(
                mapper.<ObjectNode>valueToTree(parts.traffic().report(parts.nanos().nanoTime())));
        figures.setAll(mapper.<ObjectNode>valueToTree(queueFigures()));
        return figures;
    }

    private Map<String, Object> queueFigures() {
        var pools = new TreeMap<PoolName, Depth>();
        parts.pools().all().keySet().forEach(pool -> pools.put(pool, parts.room().of(pool)));
        return Map.of(
                "pools", pools,
                "queue_requests", metrics.byOutcome(),
                "waiters", parts.waiters().count(),
                "body_bytes", memory.heldBytes(),
                "idempotency_keys", parts.keys().size(),
                "index", parts.recent().sizes());
    }
}
