package dev.sluice.stats.http;

import io.javalin.config.JavalinConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** What the stats-aggregator answers beside its figures. */
public final class StatsRoutes {

    /** The JSON Schema (2020-12) of {@code GET /stats}. */
    public static final String SCHEMA = "/dev/sluice/stats/stats.schema.json";

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
        this.schema = read(SCHEMA);
    }

    /** Adds them. */
    public void configure(JavalinConfig config) {
        config.routes.get("/stats/self", ctx -> ctx.json(self.get()));
        config.routes.get("/stats/stream", stream::listen);
        config.routes.get(
                "/stats/schema", ctx -> ctx.contentType("application/schema+json").result(schema));
    }

    private static String read(String resource) {
        try (InputStream in = StatsRoutes.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("not in the jar: " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
