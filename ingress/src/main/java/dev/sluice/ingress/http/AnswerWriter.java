package dev.sluice.ingress.http;

import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.http.Problem;
import dev.sluice.ingress.http.SendableAnswer.Flaw;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/** Writes a result as the answer: the node's own response, or a problem where it never gave one. */
final class AnswerWriter {

    private AnswerWriter() {}

    static void write(Context ctx, ResultEvent result) throws IOException {
        HttpServletResponse response = ctx.res();
        response.setHeader("Sluice-Request-Id", result.request().toString());
        response.setHeader("Sluice-Attempts", Integer.toString(result.attemptCount()));
        result.node().ifPresent(node -> response.setHeader("Sluice-Node", node));
        if (result.answer().isEmpty()) {
            HttpService.write(ctx, problem(result));
            return;
        }
        Answer answer = result.answer().get();
        List<HttpHeader> headers = ofAnswer(answer);
        Optional<Flaw> flaw = SendableAnswer.flaw(answer, headers, maxHeaderBytes(ctx));
        if (flaw.isPresent()) {
            HttpService.write(ctx, problem(result, flaw.get()));
        } else {
            write(response, answer, headers, ctx.method().equals(HandlerType.HEAD));
        }
    }

    private static int maxHeaderBytes(Context ctx) {
        return ServletContextRequest.getServletContextRequest(ctx.req())
                .getConnectionMetaData()
                .getHttpConfiguration()
                .getMaxResponseHeaderSize();
    }

    private static void write(
            HttpServletResponse response, Answer answer, List<HttpHeader> headers, boolean head)
            throws IOException {
        response.setStatus(answer.status());
        // the server sets a content type of its own; the node's counts, or none
        response.setContentType(null);
        var written = new TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
        for (HttpHeader header : headers) {
            // what an answer varies by adds up: ours may vary by the origin
            if (written.add(header.name()) && !header.is("Vary")) {
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

    private static List<HttpHeader> ofAnswer(Answer answer) {
        Set<String> listed = KeptHeaders.listedInConnection(answer.headers());
        return answer.headers().stream().filter(header -> isOfAnswer(header, listed)).toList();
    }

    private static boolean isOfAnswer(HttpHeader header, Set<String> listed) {
        String lower = header.name().toLowerCase(Locale.ROOT);
        return !KeptHeaders.isHopByHop(header.name())
                && !header.is("Content-Length")
                && !lower.startsWith("sluice-")
                // which pages may read this server's answers is said here (lb.cors-origins)
                && !lower.startsWith("access-control-")
                && !listed.contains(header.name());
    }

    private static boolean mayHaveBody(int status) {
        return status >= 200 && status != 204 && status != 304;
    }

    /** The node gave an answer that cannot go out. */
    private static Problem problem(ResultEvent result, Flaw flaw) {
        Map<String, Object> more =
                Map.of("id", result.request().toString(), "attempts", result.attemptCount());
        return switch (flaw) {
            case Flaw.Malformed(String what) ->
                    new Problem(
                            502,
                            "bad_answer",
                            "Not an answer of HTTP",
                            "The node's answer cannot be passed on: " + what + ".",
                            more);
            case Flaw.TooLarge(long bytes, int maxBytes) ->
                    new Problem(
                            502,
                            "answer_fields_too_large",
                            "Header fields of the answer too large",
                            "The header fields of the node's answer have %d bytes; this ingress"
                                            .formatted(bytes)
                                    + " sends at most %d (lb.max-response-header-bytes)."
                                            .formatted(maxBytes),
                            more);
        };
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
