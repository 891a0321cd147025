package dev.sluice.cli.requests;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.replay.kafka.RequestFinder.Found;
import dev.sluice.replay.kafka.RequestList.Listed;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Requests as JSON objects, each in one line. */
public final class RequestJson {

    private RequestJson() {}

    /** As one of a list. */
    public static String of(Listed request) {
        ObjectNode json =
                base(
                        request.id(),
                        request.queuedAt(),
                        request.method(),
                        request.target(),
                        request.bodyBytes());
        json.put("status", request.end().kind().text());
        request.end().status().ifPresent(status -> json.put("http_status", status));
        request.end().reason().ifPresent(reason -> json.put("reason", reason.text()));
        json.put("attempts", request.end().attempts());
        request.end().node().ifPresent(node -> json.put("node", node));
        request.replayOf().ifPresent(id -> json.put("replay_of", id.toString()));
        return json.toString();
    }

    /** With all that became of it. */
    public static String of(Found found, boolean showBodies) {
        RequestEvent event = found.event();
        ObjectNode json =
                base(
                        found.id(),
                        found.queuedAt(),
                        event.method(),
                        event.target(),
                        event.body().size());
        event.replayOf()
                .ifPresent(
                        of -> {
                            json.put("replay_of", of.original().toString());
                            json.put("replay", of.replay());
                        });
        event.idempotencyKey().ifPresent(key -> json.put("idempotency_key", key));
        event.deadline()
                .ifPresent(d -> json.put("expires_at", found.queuedAt().plus(d).toString()));
        switch (found.ending().orElse(null)) {
            case null -> json.put("status", "pending");
            case Duplicate duplicate -> {
                json.put("status", "duplicate");
                json.put("same_as", duplicate.first().toString());
            }
            case ResultEvent result -> result(json, result);
        }
        ObjectNode request = json.putObject("request");
        event.contentType().ifPresent(type -> request.put("content_type", type));
        headers(request.putArray("headers"), event.headers());
        body(request, event.body(), showBodies);
        if (found.ending().orElse(null) instanceof ResultEvent result) {
            result.answer().ifPresent(a -> answer(json.putObject("answer"), a, showBodies));
        }
        return json.toString();
    }

    private static ObjectNode base(
            RequestId id, Instant queuedAt, String method, String path, int bytes) {
        var topic = id.position().topic();
        return ProtocolJson.mapper()
                .createObjectNode()
                .put("id", id.toString())
                .put("pool", topic.pool().value())
                .put("priority", topic.lane().text())
                .put("queued_at", queuedAt.toString())
                .put("method", method)
                .put("path", path)
                .put("bytes", bytes);
    }

    private static void result(ObjectNode json, ResultEvent result) {
        json.put("status", result.outcome().text());
        result.answer().ifPresent(answer -> json.put("http_status", answer.status()));
        result.reason().ifPresent(reason -> json.put("reason", reason.text()));
        result.detail().ifPresent(detail -> json.put("detail", detail));
        json.put("finished_at", result.finishedAt().toString());
        json.put("attempts", result.attemptCount());
        result.node().ifPresent(node -> json.put("node", node));
        ArrayNode history = json.putArray("attempt_history");
        for (Attempt attempt : result.attempts()) {
            history.addObject()
                    .put("node", attempt.node())
                    .put("started_at", attempt.startedAt().toString())
                    .put("finished_at", attempt.finishedAt().toString())
                    .put("result", attempt.result());
        }
    }

    private static void answer(ObjectNode json, Answer answer, boolean showBodies) {
        json.put("status", answer.status());
        headers(json.putArray("headers"), answer.headers());
        json.put("bytes", answer.body().size());
        body(json, answer.body(), showBodies);
    }

    private static void headers(ArrayNode json, List<HttpHeader> headers) {
        headers.forEach(
                header ->
                        json.addObject()
                                .put("name", header.name())
                                .put("value", Shown.value(header)));
    }

    private static void body(ObjectNode json, Body body, boolean show) {
        if (show) {
            Shown.text(body)
                    .ifPresentOrElse(
                            text -> json.put("body", text),
                            () -> json.put("body_base64", Shown.base64(body)));
        }
    }
}
