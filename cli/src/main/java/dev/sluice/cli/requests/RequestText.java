package dev.sluice.cli.requests;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.replay.kafka.RequestFinder.Found;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One request with all that became of it, for people. */
public final class RequestText {

    private static final String LINE = System.lineSeparator();

    private final boolean showBodies;
    private final StringBuilder text = new StringBuilder();

    private RequestText(boolean showBodies) {
        this.showBodies = showBodies;
    }

    /**
     * The page.
     *
     * @param showBodies else only their sizes are told
     */
    public static String of(Found found, boolean showBodies) {
        var page = new RequestText(showBodies);
        page.request(found);
        switch (found.ending().orElse(null)) {
            case null -> page.line("status       pending");
            case Duplicate duplicate -> page.line("same as      " + duplicate.first());
            case ResultEvent result -> page.result(result);
        }
        page.message(found.event());
        if (found.ending().orElse(null) instanceof ResultEvent result) {
            result.answer().ifPresent(page::answer);
        }
        return page.text.toString();
    }

    private void request(Found found) {
        var topic = found.id().position().topic();
        line("id           " + found.id());
        line("pool         " + topic.pool());
        line("priority     " + topic.lane().text());
        line("accepted     " + found.queuedAt());
        RequestEvent event = found.event();
        event.replayOf()
                .ifPresent(
                        of -> line("replay of    %s (%s)".formatted(of.original(), of.replay())));
        event.idempotencyKey().ifPresent(key -> line("key          " + key));
        event.deadline().ifPresent(d -> line("deadline     " + found.queuedAt().plus(d)));
    }

    private void result(ResultEvent result) {
        String status = result.answer().map(answer -> " " + answer.status()).orElse("");
        line("status       " + result.outcome().text() + status);
        result.reason().ifPresent(reason -> line("reason       " + reason.text()));
        result.detail().ifPresent(detail -> line("detail       " + detail));
        line("finished     " + result.finishedAt());
        line("attempts     " + result.attemptCount());
        for (Attempt attempt : result.attempts()) {
            line(
                    "  %s  %s  %s  %d ms"
                            .formatted(
                                    attempt.startedAt(),
                                    attempt.node(),
                                    attempt.result(),
                                    Duration.between(attempt.startedAt(), attempt.finishedAt())
                                            .toMillis()));
        }
    }

    private void message(RequestEvent event) {
        line("");
        line(event.method() + " " + event.target());
        event.contentType().ifPresent(type -> line("Content-Type: " + type));
        headers(event.headers());
        body(event.body());
    }

    private void answer(Answer answer) {
        line("");
        line("answer " + answer.status());
        headers(answer.headers());
        body(answer.body());
    }

    private void headers(List<HttpHeader> headers) {
        headers.forEach(header -> line(header.name() + ": " + Shown.value(header)));
    }

    private void body(Body body) {
        line("");
        if (body.size() == 0) {
            line("(no body)");
        } else if (!showBodies) {
            line("(a body of %d bytes; --show-bodies shows it)".formatted(body.size()));
        } else {
            Optional<String> plain = Shown.text(body);
            line(
                    plain.orElseGet(
                            () ->
                                    "(%d bytes that are no text, in Base64) %s"
                                            .formatted(body.size(), Shown.base64(body))));
        }
    }

    private void line(String line) {
        text.append(line).append(LINE);
    }
}
