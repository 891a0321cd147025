package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.ProtocolJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** A client of one service of ours, over real HTTP. */
public record Client(String url) {

    /** A response that takes longer is a hang, and the test is to say so. */
    private static final Duration HANGS = Duration.ofSeconds(60);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Sends a request; {@code headers} are names and values in turn. */
    public HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(HANGS)
                        .method(
                                method,
                                body.length == 0
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public HttpResponse<byte[]> send(String method, String path, String body, String... headers) {
        return send(method, path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    public HttpResponse<byte[]> get(String path) {
        return send("GET", path, "");
    }

    /** Puts a request into the queue, which takes it, and returns its id. */
    public String queue(String method, String path, byte[] body, String... headers) {
        var answer = send(method, path, body, headers);
        assertThat(answer.statusCode()).as(() -> text(answer)).isEqualTo(202);
        // to HEAD there is no body
        return header(answer, "Location").substring("/requests/".length());
    }

    public String queue(String path, String body, String... headers) {
        return queue("POST", path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** The state of a request, after so many seconds at most if it is not over. */
    public JsonNode state(String id, int waitSeconds) {
        var answer = get("/requests/" + id + "?wait=" + waitSeconds);
        assertThat(answer.statusCode()).as(() -> text(answer)).isEqualTo(200);
        return json(answer);
    }

    public String status(String id) {
        return state(id, 0).path("status").asString();
    }

    public HttpResponse<byte[]> response(String id, int waitSeconds) {
        return get("/requests/" + id + "/response?wait=" + waitSeconds);
    }

    public JsonNode stats() {
        var answer = get("/stats");
        assertThat(answer.statusCode()).as(() -> text(answer)).isEqualTo(200);
        return json(answer);
    }

    public static JsonNode json(HttpResponse<byte[]> answer) {
        return ProtocolJson.mapper().readTree(answer.body());
    }

    public static String body(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    public static String text(HttpResponse<byte[]> answer) {
        return answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }

    public static String header(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
