package dev.sluice.ingress.http;

import dev.sluice.ingress.queue.DeadlineHeader;
import dev.sluice.ingress.queue.IdempotencyKeyHeader;
import dev.sluice.ingress.queue.KeptHeaders;
import dev.sluice.ingress.queue.PreferHeader;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.TraceFields;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What the header fields of a request to the queue say.
 *
 * @param kept those that go into the log and on to the node
 */
record QueueFields(
        Lane lane,
        Optional<Duration> deadline,
        Optional<String> idempotencyKey,
        PreferHeader prefer,
        Optional<String> contentType,
        List<HttpHeader> kept) {

    /** Reads and checks them; throws a problem when they are not as they must be. */
    static QueueFields read(HttpServletRequest request, KeptHeaders rule) {
        var all = new ArrayList<HttpHeader>();
        for (var names = request.getHeaderNames(); names.hasMoreElements(); ) {
            String name = names.nextElement();
            for (var values = request.getHeaders(name); values.hasMoreElements(); ) {
                String value = values.nextElement();
                all.add(new HttpHeader(name, value == null ? "" : value));
            }
        }
        PreferHeader prefer = PreferHeader.parse(values(all, "Prefer"));
        return switch (rule.keep(all, prefer)) {
            case KeptHeaders.Kept.TooLarge(int chars) ->
                    throw Problems.headersTooLarge(chars, rule.maxChars());
            case KeptHeaders.Kept.Headers(var kept) ->
                    new QueueFields(
                            lane(values(all, "Sluice-Priority")),
                            deadline(values(all, "Sluice-Deadline")),
                            idempotencyKey(values(all, "Idempotency-Key")),
                            prefer,
                            Optional.ofNullable(request.getHeader("Content-Type")),
                            kept);
        };
    }

    /** The same, with this in place of what the client says of a trace. */
    QueueFields traced(List<HttpHeader> trace) {
        return new QueueFields(
                lane,
                deadline,
                idempotencyKey,
                prefer,
                contentType,
                TraceFields.replaced(kept, trace));
    }

    private static Lane lane(List<String> values) {
        if (values.isEmpty()) {
            return Lane.NORMAL;
        }
        return single(values)
                .map(String::strip)
                .flatMap(Lane::parse)
                .orElseThrow(
                        () ->
                                Problems.badRequest(
                                        "bad_priority",
                                        "Not a priority",
                                        "Sluice-Priority must be high, normal or low."));
    }

    private static Optional<Duration> deadline(List<String> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        Optional<Duration> deadline = single(values).flatMap(DeadlineHeader::parse);
        if (deadline.isEmpty()) {
            throw Problems.badRequest(
                    "bad_deadline",
                    "Not a deadline",
                    "Sluice-Deadline must be " + DeadlineHeader.RULE + ".");
        }
        return deadline;
    }

    private static Optional<String> idempotencyKey(List<String> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> key = single(values).flatMap(IdempotencyKeyHeader::parse);
        if (key.isEmpty()) {
            throw Problems.badRequest(
                    "bad_idempotency_key",
                    "Not an idempotency key",
                    "Idempotency-Key must be " + IdempotencyKeyHeader.RULE + ".");
        }
        return key;
    }

    private static Optional<String> single(List<String> values) {
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }

    private static List<String> values(List<HttpHeader> all, String name) {
        List<String> values = Collections.emptyList();
        for (HttpHeader header : all) {
            if (header.is(name)) {
                if (values.isEmpty()) {
                    values = new ArrayList<>(1);
                }
                values.add(header.value());
            }
        }
        return values;
    }
}
