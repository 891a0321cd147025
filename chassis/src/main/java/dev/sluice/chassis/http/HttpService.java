package dev.sluice.chassis.http;

import dev.sluice.chassis.http.connections.ClientConnector;
import dev.sluice.chassis.http.connections.ConnectionLimits;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.ProtocolJson;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.json.JavalinJackson3;
import io.javalin.router.Endpoint;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of one service: Javalin on Jetty with blocking handlers on virtual threads.
 *
 * <p>Every service answers {@code GET /health}, {@code /metrics} and {@code /stats}; every error is
 * {@code application/problem+json}.
 */
public final class HttpService implements AutoCloseable {

    /**
     * Where a service listens.
     *
     * @param host address to bind
     * @param port 0 takes a free one
     * @param portVariable the setting to name when the port is taken
     * @param hosts the names by which it may be asked
     * @param origins whose pages may use it from another place
     */
    public record Listen(
            String host,
            int port,
            String portVariable,
            AllowedHosts hosts,
            AllowedOrigins origins) {

        /** For services that no page of another origin uses. */
        public Listen(String host, int port, String portVariable, AllowedHosts hosts) {
            this(host, port, portVariable, hosts, AllowedOrigins.NONE);
        }

        /** By addresses, and by names that nobody on the Internet can make. */
        public Listen(String host, int port, String portVariable) {
            this(host, port, portVariable, new AllowedHosts("the service's hosts", List.of()));
        }
    }

    private static final Logger log = LoggerFactory.getLogger(HttpService.class);
    private static final ClientLog clients = new ClientLog(log, NanoClock.SYSTEM);
    private static final ClientLog bugs = new ClientLog(log, NanoClock.SYSTEM);

    // of a service's own calls
    private static final long MAX_BODY_BYTES = 1_000_000;
    // four times what is taken: nobody sends files here
    private static final long READ_AWAY_BYTES = 4 * 1024 * 1024;
    // lets requests that have begun end before the port is closed
    private static final long STOP_TIMEOUT_MS = 3_000;

    private final Javalin javalin;
    private final String host;

    private HttpService(Javalin javalin, String host) {
        this.javalin = javalin;
        this.host = host;
    }

    /**
     * Starts to listen.
     *
     * @param stats what {@code GET /stats} answers, as JSON
     * @param configure adds the service's own routes
     */
    public static HttpService start(
            Listen listen,
            Metrics metrics,
            Supplier<? extends Object> stats,
            Consumer<JavalinConfig> configure)
            throws StartException {
        return start(listen, ConnectionLimits.ofService(), metrics, stats, configure);
    }

    /**
     * Starts to listen, with these limits of connections.
     *
     * @param stats what {@code GET /stats} answers, as JSON
     * @param configure adds the service's own routes
     */
    public static HttpService start(
            Listen listen,
            ConnectionLimits limits,
            Metrics metrics,
            Supplier<? extends Object> stats,
            Consumer<JavalinConfig> configure)
            throws StartException {
        Javalin javalin =
                Javalin.create(
                        config -> {
                            base(config, listen.origins());
                            config.routes.get("/health", ctx -> ctx.json(Map.of("status", "up")));
                            config.routes.get("/stats", ctx -> ctx.json(stats.get()));
                            config.routes.get(
                                    "/metrics",
                                    ctx ->
                                            ctx.contentType(Metrics.CONTENT_TYPE)
                                                    .result(metrics.scrape()));
                            configure.accept(config);
                            around(config, listen, metrics);
                            config.jetty.addConnector(
                                    ClientConnector.on(
                                            listen.host(),
                                            listen.port(),
                                            limits,
                                            metrics.registry()));
                        });
        try {
            javalin.start(listen.host(), listen.port());
        } catch (JavalinBindException e) {
            throw new StartException(bindProblem(listen, e), e);
        }
        return new HttpService(javalin, listen.host());
    }

    /** After whoever sets handlers: around all of them. */
    private static void around(JavalinConfig config, Listen listen, Metrics metrics) {
        config.routes.after(
                ctx -> {
                    Endpoint served = ctx.endpoints().lastHttpEndpoint();
                    if (served != null) {
                        ctx.req().setAttribute(HttpMetrics.ROUTE, served.path);
                    }
                });
        config.jetty.modifyServer(
                server -> {
                    server.insertHandler(new RequestChecks(listen.hosts().and(listen.host())));
                    server.insertHandler(new HttpMetrics(metrics.registry(), NanoClock.SYSTEM));
                });
    }

    private static String bindProblem(Listen listen, JavalinBindException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String why = String.valueOf(cause.getMessage());
        return why.contains("in use")
                ? "port %d on %s is taken by another process: stop it, or set %s"
                        .formatted(listen.port(), listen.host(), listen.portVariable())
                : "cannot listen on port %d of %s: %s; set %s or the host"
                        .formatted(listen.port(), listen.host(), why, listen.portVariable());
    }

    public int port() {
        return javalin.port();
    }

    String host() {
        return host;
    }

    boolean listensEverywhere() {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    /** For clients on this machine. */
    public String url() {
        String name = listensEverywhere() ? "127.0.0.1" : host;
        return "http://" + name + ":" + port();
    }

    @Override
    public void close() {
        javalin.stop();
    }

    private static void base(JavalinConfig config, AllowedOrigins origins) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.concurrency.useVirtualThreads = true;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = MAX_BODY_BYTES;
        // bodies are queued and answered as they are; compression belongs to the client and node
        config.http.compressionStrategy = io.javalin.compression.CompressionStrategy.NONE;
        config.jsonMapper(new JavalinJackson3(ProtocolJson.mapper(), true));
        config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
        config.jetty.modifyServer(
                server -> {
                    server.setStopTimeout(STOP_TIMEOUT_MS);
                    server.setErrorHandler(new ProblemErrorHandler());
                    // next to the routes: what a service hands on before is not its own
                    server.insertHandler(new OriginGuard(origins));
                });
        config.jetty.modifyServletContextHandler(NoSessions::in);
        config.routes.before(HttpService::refuseUnasked);
        config.routes.exception(ProblemException.class, (e, ctx) -> write(ctx, e));
        config.routes.exception(HttpResponseException.class, HttpService::writeJavalins);
        config.routes.exception(Exception.class, HttpService::writeFailure);
    }

    /** Whoever waits to be asked for a body that is too large is told so, and not asked for it. */
    private static void refuseUnasked(Context ctx) {
        boolean queued = ctx.req().getAttribute(OriginGuard.CHANGES) != null; // has its own bounds
        if (!queued
                && ctx.req().getContentLengthLong() > MAX_BODY_BYTES
                && ctx.header("Expect") != null) {
            throw new HttpResponseException(413, "Payload Too Large", Map.of());
        }
    }

    /** Of a client that broke off or sent what is no HTTP, or a bug. */
    private static void writeFailure(Exception e, Context ctx) {
        String call = ctx.method() + " " + ctx.req().getRequestURI();
        Optional<Problem> problem = Failures.ofClient(e);
        if (problem.isPresent()) {
            clients.info("a client broke off, or sent what is no HTTP: %s".formatted(call));
            ctx.header("Connection", "close");
            write(ctx, problem.get());
            return;
        }
        bugs.error(call + " failed", e);
        write(
                ctx,
                new Problem(
                        500,
                        "internal_error",
                        "Internal error",
                        "This is a bug in Sluice; its log says more."));
    }

    /** Writes a problem as the answer. */
    public static void write(Context ctx, Problem problem) {
        ctx.status(problem.status()).contentType(Problem.CONTENT_TYPE).result(problem.json());
    }

    private static void write(Context ctx, ProblemException e) {
        e.retryAfterSeconds().ifPresent(s -> ctx.header("Retry-After", Long.toString(s)));
        write(ctx, e.problem());
    }

    /** Javalin's own refusals: no such path, method not allowed, body too large. */
    private static void writeJavalins(HttpResponseException e, Context ctx) {
        // whoever waits to be asked for its body is not asked for what is refused
        if (e.getStatus() == 413 && ctx.header("Expect") == null) {
            readAway(ctx);
        }
        String title = io.javalin.http.HttpStatus.forStatus(e.getStatus()).getMessage();
        String detail =
                switch (e.getStatus()) {
                    case 404 -> "There is nothing at " + ctx.path() + ".";
                    case 405 -> methodDetail(e, ctx);
                    default -> e.getMessage() == null ? title : e.getMessage();
                };
        write(
                ctx,
                new Problem(
                        e.getStatus(),
                        title.toLowerCase(Locale.ROOT).replace(' ', '_'),
                        title,
                        detail));
    }

    /** A client that is cut off while it writes may never see why: some more of it is read. */
    private static void readAway(Context ctx) {
        try {
            ctx.req().getInputStream().skip(READ_AWAY_BYTES);
        } catch (IOException e) {
            log.debug("a client left before it was told that its body is too large", e);
        }
    }

    private static String methodDetail(HttpResponseException e, Context ctx) {
        String allowed = e.getDetails().getOrDefault("availableMethods", "");
        if (!allowed.isEmpty()) {
            ctx.header("Allow", allowed);
        }
        return "%s does not take %s%s"
                .formatted(
                        ctx.path(),
                        ctx.method(),
                        allowed.isEmpty() ? "." : "; it takes " + allowed + ".");
    }
}
