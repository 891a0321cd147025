package dev.sluice.stats.http;

import dev.sluice.chassis.http.Resource;
import io.javalin.config.JavalinConfig;
import java.util.function.Supplier;

/** What the stats-aggregator answers beside its figures. */
public final class StatsRoutes {

    /** The JSON Schema (2020-12) of {@code GET /stats}. */
    public static final String SCHEMA = "/dev/sluice/stats/stats.schema.json";

    private static final String PAGE = "/dev/sluice/stats/page/";
    // only what the page itself brings, and the figures of where it came from
    private static final String CONTENT_POLICY =
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
                    + " frame-ancestors 'none'; base-uri 'none'";

    private final StatsStream stream;
    private final Supplier<Object> self;
    private final String schema;

    /**
     * The routes.
     *
     * @param self what this service says of itself when another one asks
     */
    public StatsRoutes(StatsStream stream, Supplier<Object> self) {
        this.stream = stream;
        this.self = self;
        this.schema = Resource.text(StatsRoutes.class, SCHEMA);
    }

    /** Adds them. */
    public void configure(JavalinConfig config) {
        config.routes.get("/stats/self", ctx -> ctx.json(self.get()));
        config.routes.get("/stats/stream", stream::listen);
        config.routes.get(
                "/stats/schema", ctx -> ctx.contentType("application/schema+json").result(schema));
        page(config, "/", "index.html", "text/html");
        page(config, "/page/page.css", "page.css", "text/css");
        page(config, "/page/page.js", "page.js", "text/javascript");
    }

    private static void page(JavalinConfig config, String path, String file, String type) {
        String text = Resource.text(StatsRoutes.class, PAGE + file);
        config.routes.get(
                path,
                ctx ->
                        ctx.contentType(type + "; charset=utf-8")
                                .header("Content-Security-Policy", CONTENT_POLICY)
                                .header("X-Content-Type-Options", "nosniff")
                                .header(
                                        "Cache-Control",
                                        "no-cache") // a new version is seen at once
                                .result(text));
    }
}
