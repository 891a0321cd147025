package dev.sluice.ingress.http;

import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.http.Problem;
import dev.sluice.ingress.queue.KeptHeaders;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.ResultEvent;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes a result as the answer: the node's own response, or a problem where it never gave one. */
final class AnswerWriter {

    private AnswerWriter() {}

    static void write(Context ctx, ResultEvent result) throws IOException {
        HttpServletResponse response = ctx.res();
        response.setHeader("Sluice-Request-Id", result.request().toString());
        response.setHeader("Sluice-Attempts", Integer.toString(result.attemptCount()));
        result.node().ifPresent(node -> response.setHeader("Sluice-Node", node));
        if (result.answer().isPresent()) {
            write(response, result.answer().get(), ctx.method().equals(HandlerType.HEAD));
        } else {
            HttpService.write(ctx, problem(result));
        }
    }

    private static void write(HttpServletResponse response, Answer answer, boolean head)
            throws IOException {
        response.setStatus(answer.status());
        // the server sets a content type of its own; the node's counts, or none
        response.setContentType(null);
        Set<String> listed = KeptHeaders.listedInConnection(answer.headers());
        var written = new TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
        for (HttpHeader header : answer.headers()) {
            if (!isOfAnswer(header, listed)) {
                continue;
            }
            if (written.add(header.name())) {
                // goes over what the server has set by itself, such as Date
                response.setHeader(header.name(), header.value());
            } else {
                response.addHeader(header.name(), header.value());
            }
        }
        if (mayHaveBody(answer.status())) {
            response.setContentLength(answer.body().size());
            if (!head) {
                response.getOutputStream().write(answer.body().bytes());
            }
        }
        response.flushBuffer();
    }

    private static boolean isOfAnswer(HttpHeader header, Set<String> listed) {
        return !KeptHeaders.isHopByHop(header.name())
                && !header.is("Content-Length")
                && !header.name().toLowerCase(Locale.ROOT).startsWith("sluice-")
                && !listed.contains(header.name());
    }

    private static boolean mayHaveBody(int status) {
        return status >= 200 && status != 204 && status != 304;
    }

    private static Problem problem(ResultEvent result) {
        String reason = result.reason().map(Reason::text).orElse("unknown");
        var more = new LinkedHashMap<String, Object>();
        more.put("id", result.request().toString());
        more.put("reason", reason);
        more.put("attempts", result.attemptCount());
        String detail = result.detail().orElse("The node gave no answer: " + reason + ".");
        return problem(result, detail, Map.copyOf(more));
    }

    private static Problem problem(ResultEvent result, String detail, Map<String, Object> more) {
        if (result.outcome() == Outcome.EXPIRED) {
            return new Problem(410, "expired", "Expired", detail, more);
        }
        return switch (result.reason().orElse(Reason.UNREACHABLE)) {
            case TIMEOUT -> new Problem(504, "node_timeout", "No answer in time", detail, more);
            case IDEMPOTENCY_KEY_REUSED ->
                    new Problem(
                            422, "idempotency_key_reused", "Idempotency-Key reused", detail, more);
            default -> new Problem(502, "no_answer", "No answer from a node", detail, more);
        };
    }
}
