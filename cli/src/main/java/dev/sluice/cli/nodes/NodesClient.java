package dev.sluice.cli.nodes;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.protocol.ProtocolJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks a monitor for its nodes. */
public final class NodesClient {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final URI monitor;

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
        String base = monitor.toString();
        var nodes = URI.create(base + (base.endsWith("/") ? "nodes" : "/nodes"));
        try (var client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build()) {
            var request = HttpRequest.newBuilder(nodes).timeout(TIMEOUT).build();
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new StartException(
                        "%s answered %d: is this the monitor? Set MONITOR_URL or MONITOR_PORT"
                                .formatted(nodes, response.statusCode()));
            }
            return ProtocolJson.mapper().readTree(response.body());
        } catch (IOException e) {
            throw new StartException(
                    ("the monitor at %s does not answer (%s): start it with 'sluice up', or set"
                                    + " MONITOR_URL or MONITOR_PORT")
                            .formatted(monitor, why(e)),
                    e);
        } catch (JacksonException e) {
            throw new StartException(
                    "%s did not answer with JSON: is this the monitor? Set MONITOR_URL"
                            .formatted(nodes),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    private static String why(IOException e) {
        return e.getMessage() == null ? "connection refused" : e.getMessage();
    }
}
