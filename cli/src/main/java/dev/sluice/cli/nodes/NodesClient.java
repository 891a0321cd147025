package dev.sluice.cli.nodes;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.ProtocolJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks a monitor for its nodes, and to change them. */
public final class NodesClient {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    // longer than the monitor itself waits for the log: what it says is to be heard
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI monitor;

    /** What became of a change. */
    public sealed interface Change {

        /** It is in force; {@code what} became of the node: added, changed, removed. */
        record Done(String what) implements Change {}

        /** The monitor refused this one; others may do. */
        record Refused(String why) implements Change {}
    }

    /** A client of the monitor at this URL. */
    public NodesClient(URI monitor) {
        this.monitor = monitor;
    }

    /**
     * What the monitor's {@code GET /nodes} answers.
     *
     * @throws StartException if it does not answer, or answers something else
     */
    public JsonNode list() throws StartException {
        var response = send(HttpRequest.newBuilder(uri("nodes")));
        if (response.statusCode() != 200) {
            throw new StartException(
                    "%s answered %d: is this the monitor? Set MONITOR_URL or MONITOR_PORT"
                            .formatted(uri("nodes"), response.statusCode()));
        }
        try {
            return ProtocolJson.mapper().readTree(response.body());
        } catch (JacksonException e) {
            throw new StartException(
                    "%s did not answer with JSON: is this the monitor? Set MONITOR_URL"
                            .formatted(uri("nodes")),
                    e);
        }
    }

    /**
     * Adds a node, or changes it.
     *
     * @throws StartException if the monitor does not answer or lets this token change nothing
     */
    public Change put(NodeSpec node, Secret token) throws StartException {
        String json = ProtocolJson.mapper().writeValueAsString(node);
        return change(node.id(), token, "PUT", BodyPublishers.ofString(json));
    }

    /** Removes a node; as {@link #put}. */
    public Change delete(String id, Secret token) throws StartException {
        return change(id, token, "DELETE", BodyPublishers.noBody());
    }

    private Change change(String id, Secret token, String method, HttpRequest.BodyPublisher body)
            throws StartException {
        var path = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        var response =
                send(
                        HttpRequest.newBuilder(uri("nodes/" + path))
                                .header("Authorization", "Bearer " + token.value())
                                .header("Content-Type", "application/json")
                                .method(method, body));
        return switch (response.statusCode()) {
            case 200 -> new Change.Done("changed");
            case 201 -> new Change.Done("added");
            case 204 -> new Change.Done("removed");
            case 401, 403 ->
                    throw new StartException(
                            "the monitor at %s refused: %s".formatted(monitor, detail(response)));
            default -> new Change.Refused(detail(response));
        };
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws StartException {
        try (var client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build()) {
            return client.send(
                    request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new StartException(
                    ("the monitor at %s does not answer (%s): start it with 'sluice up', or set"
                                    + " MONITOR_URL or MONITOR_PORT")
                            .formatted(monitor, why(e)),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    private URI uri(String path) {
        String base = monitor.toString();
        return URI.create(base + (base.endsWith("/") ? "" : "/") + path);
    }

    /** What the problem says; or, of somebody who is no monitor, the status. */
    private static String detail(HttpResponse<String> response) {
        try {
            String detail =
                    ProtocolJson.mapper().readTree(response.body()).path("detail").asString("");
            if (!detail.isEmpty()) {
                return detail;
            }
        } catch (JacksonException e) {
            // no problem of ours: the status is all there is to say
        }
        return "it answered %d; is this the monitor? Set MONITOR_URL or MONITOR_PORT"
                .formatted(response.statusCode());
    }

    private static String why(IOException e) {
        return e.getMessage() == null ? "connection refused" : e.getMessage();
    }
}
