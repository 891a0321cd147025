package dev.sluice.ingress.http;

import dev.sluice.chassis.http.Problem;
import dev.sluice.chassis.http.ProblemException;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.ingress.heartbeat.HeartbeatBounds;
import dev.sluice.ingress.heartbeat.LastMessage;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.websocket.WsContext;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The WebSocket of people at a page: each message on it says that somebody is there. */
final class Heartbeat {

    static final String PATH = "/api/ws-heartbeat";

    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final HeartbeatBounds bounds;
    private final LastMessage last;
    private final NanoClock clock;
    private final Map<String, WsContext> open = new ConcurrentHashMap<>(); // by session
    private volatile boolean closing;

    Heartbeat(HeartbeatBounds bounds, LastMessage last, NanoClock clock) {
        this.bounds = bounds;
        this.last = last;
        this.clock = clock;
    }

    void configure(JavalinConfig config) {
        config.jetty.modifyWebSocketServletFactory(
                factory -> {
                    factory.setIdleTimeout(bounds.idle());
                    factory.setMaxTextMessageSize(bounds.maxMessageBytes());
                    factory.setMaxBinaryMessageSize(bounds.maxMessageBytes());
                    factory.setMaxFrameSize(bounds.maxMessageBytes());
                });
        config.routes.wsBeforeUpgrade(PATH, this::admit);
        config.routes.ws(
                PATH,
                ws -> {
                    ws.onConnect(this::enter);
                    ws.onMessage(ctx -> last.at(clock.nanoTime()));
                    ws.onBinaryMessage(ctx -> last.at(clock.nanoTime()));
                    ws.onClose(ctx -> open.remove(ctx.sessionId()));
                    ws.onError(ctx -> log.debug("heartbeat: {}", String.valueOf(ctx.error())));
                });
        config.routes.get(PATH, Heartbeat::notAWebSocket);
        config.events.serverStopping(this::close);
    }

    int connections() {
        return open.size();
    }

    private void admit(Context ctx) throws IOException {
        ProblemException refusal = refusal();
        if (refusal != null) {
            // of a refused upgrade Javalin sends no body by itself
            ctx.res().setStatus(refusal.problem().status());
            ctx.res().setContentType(Problem.CONTENT_TYPE);
            ctx.res().setHeader("Retry-After", "10");
            ctx.res().getOutputStream().write(refusal.problem().json());
            ctx.res().flushBuffer();
            throw refusal;
        }
    }

    private @Nullable ProblemException refusal() {
        if (closing) {
            return Problems.closing();
        }
        if (open.size() >= bounds.maxConnections()) {
            return new ProblemException(
                    new Problem(
                            503,
                            "too_many_heartbeats",
                            "Too many connections",
                            "%d connections are open, as many as there may be"
                                            .formatted(bounds.maxConnections())
                                    + " (lb.heartbeat-max-connections)."),
                    OptionalLong.of(10));
        }
        return null;
    }

    private void enter(WsContext ctx) {
        boolean taken;
        synchronized (open) {
            taken = !closing && open.size() < bounds.maxConnections();
            if (taken) {
                open.put(ctx.sessionId(), ctx);
            }
        }
        if (!taken && closing) {
            ctx.closeSession(StatusCode.SHUTDOWN, "closing");
        } else if (!taken) { // several were admitted at once
            ctx.closeSession(StatusCode.TRY_AGAIN_LATER, "too many connections");
        }
    }

    /** Says good-bye to everybody; the server that stops then cuts off who does not answer. */
    private void close() {
        synchronized (open) {
            closing = true;
        }
        open.values().forEach(ctx -> ctx.closeSession(StatusCode.SHUTDOWN, "closing"));
    }

    private static void notAWebSocket(Context ctx) {
        ctx.header("Upgrade", "websocket");
        throw new ProblemException(
                new Problem(
                        426,
                        "upgrade_required",
                        "Upgrade required",
                        PATH + " is a WebSocket (RFC 6455)."));
    }
}
