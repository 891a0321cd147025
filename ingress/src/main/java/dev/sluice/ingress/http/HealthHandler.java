package dev.sluice.ingress.http;

import dev.sluice.ingress.kafka.LogReach;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code GET /lb-health}: alive; with {@code ?ready} also whether the log is within reach. */
final class HealthHandler {

    private final LogReach reach;

    HealthHandler(LogReach reach) {
        this.reach = reach;
    }

    void health(Context ctx) {
        if (ctx.queryParam("ready") == null) {
            ctx.json(Map.of("status", "up"));
            return;
        }
        try {
            LogReach.Look look = reach.look();
            var answer = new LinkedHashMap<String, Object>();
            answer.put("status", look.ready() ? "ready" : "not_ready");
            answer.putAll(look.reasons());
            ctx.status(look.ready() ? 200 : 503).json(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problems.closing();
        }
    }
}
