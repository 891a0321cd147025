package dev.sluice.monitor.http;

import dev.sluice.chassis.http.AdminAudit;
import dev.sluice.chassis.http.AdminToken;
import dev.sluice.chassis.http.Problem;
import dev.sluice.chassis.http.ProblemException;
import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.monitor.kafka.Publisher;
import dev.sluice.monitor.nodes.NodeBody;
import dev.sluice.monitor.urls.NodeUrls;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.RegisteredNode;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /nodes}: every node with its settings and its health; with the admin token nodes are
 * added, changed and removed.
 *
 * <p>A change is answered when the log has it and this monitor shows it.
 */
public final class NodesApi {

    private static final Logger log = LoggerFactory.getLogger(NodesApi.class);
    // the log has the change by then: who waits no longer sees it a moment later
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(2);
    private static final OptionalLong SOON = OptionalLong.of(2);

    private final CompactedTable<RegisteredNode> nodes;
    private final Map<String, NodeHealth> health;
    private final Publisher publisher;
    private final AdminToken token;
    private final NodeUrls urls;
    private final InstantSource wall;
    private final ReentrantLock changing = new ReentrantLock(); // one change sees the one before

    /** Answers from live views of the registry and of what is published. */
    public NodesApi(
            CompactedTable<RegisteredNode> nodes,
            Map<String, NodeHealth> health,
            Publisher publisher,
            AdminToken token,
            NodeUrls urls,
            InstantSource wall) {
        this.nodes = nodes;
        this.health = health;
        this.publisher = publisher;
        this.token = token;
        this.urls = urls;
        this.wall = wall;
    }

    public void routes(JavalinConfig config) {
        config.routes.get("/nodes", ctx -> ctx.json(Map.of("nodes", list())));
        config.routes.get("/nodes/{id}", ctx -> ctx.json(view(known(id(ctx)))));
        config.routes.put("/nodes/{id}", this::put);
        config.routes.delete("/nodes/{id}", this::delete);
    }

    private List<Map<String, Object>> list() {
        var list = new ArrayList<Map<String, Object>>();
        new TreeMap<>(nodes.values()).values().forEach(node -> list.add(view(node)));
        return list;
    }

    private void put(Context ctx) {
        token.require(ctx);
        String id = id(ctx);
        NodeSpec spec =
                switch (NodeBody.parse(id, ctx.body())) {
                    case NodeBody.Valid(NodeSpec node) -> node;
                    case NodeBody.Invalid(List<String> problems) -> throw invalid(problems);
                    case NodeBody.NotJson(String why) -> throw notJson(why);
                };
        requireAllowed(spec);
        var node = new RegisteredNode(spec, RegisteredNode.Origin.API, wall.instant());
        changing.lock();
        try {
            @Nullable RegisteredNode before = nodes.values().get(id);
            write(() -> publisher.put(node));
            AdminAudit.change(ctx, before == null ? "none" : said(before), said(node));
            ctx.status(before == null ? 201 : 200).json(view(node));
        } finally {
            changing.unlock();
        }
    }

    private void delete(Context ctx) {
        token.require(ctx);
        changing.lock();
        try {
            RegisteredNode before = known(id(ctx));
            write(() -> publisher.remove(before.spec().id()));
            AdminAudit.change(ctx, said(before), "none");
            ctx.status(204);
        } finally {
            changing.unlock();
        }
    }

    private void requireAllowed(NodeSpec spec) {
        try {
            urls.refusal(spec.url())
                    .ifPresent(
                            why -> {
                                throw invalid(List.of(why));
                            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("this monitor is being stopped");
        }
    }

    private static String said(RegisteredNode node) {
        return node.spec().toString();
    }

    /** A write to the nodes topic, which says at which offset it stands. */
    private interface Write {
        long run() throws InterruptedException, ExecutionException, TimeoutException;
    }

    private void write(Write write) {
        try {
            if (!nodes.await(write.run(), SEEN_WITHIN)) {
                log.warn("a change of the nodes is in the log and not yet seen here");
            }
        } catch (ExecutionException e) {
            throw unavailable(String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            throw unavailable("no answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("this monitor is being stopped");
        }
    }

    private RegisteredNode known(String id) {
        RegisteredNode node = nodes.values().get(id);
        if (node == null) {
            throw new ProblemException(
                    new Problem(
                            404,
                            "unknown_node",
                            "Unknown node",
                            "There is no node with this id; GET /nodes lists those there are."));
        }
        return node;
    }

    private Map<String, Object> view(RegisteredNode node) {
        return NodeView.of(node, health.get(node.spec().id()), wall.instant());
    }

    private static String id(Context ctx) {
        return ctx.pathParam("id");
    }

    private static ProblemException invalid(List<String> problems) {
        return new ProblemException(
                new Problem(
                        422,
                        "invalid_node",
                        "Invalid node",
                        "Nothing was changed: " + String.join("; ", problems) + ".",
                        Map.of("problems", problems)));
    }

    private static ProblemException notJson(String why) {
        return new ProblemException(
                new Problem(400, "not_json", "Not JSON", "Nothing was changed: " + why + "."));
    }

    private static ProblemException unavailable(String why) {
        return new ProblemException(
                new Problem(
                        503,
                        "log_unreachable",
                        "Log unreachable",
                        "The change was tried and not acknowledged, so it may or may not take"
                                + " effect; sending it again is safe: "
                                + why,
                        Map.of("outcome", "unknown")),
                SOON);
    }
}
