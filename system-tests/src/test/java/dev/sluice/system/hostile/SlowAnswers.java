package dev.sluice.system.hostile;

import static dev.sluice.system.hostile.NodeAnswers.answer;
import static dev.sluice.system.hostile.NodeAnswers.chunked;
import static dev.sluice.system.hostile.NodeCase.failed;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Answers of a hostile node that do not end by themselves. */
final class SlowAnswers {

    private static final Duration SECOND = Duration.ofSeconds(1);
    // longer than any time-out: somebody else ends it
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String HEAD = "HTTP/1.1 200 OK\r\n";
    private static final String FIELD = "X-Field: " + "v".repeat(4_000) + "\r\n";
    private static final String BOUNDED = "response_too_large bad_response timeout unreachable";

    /** Those of which a proxy has nothing to pass on. */
    static final Set<String> WITHOUT_A_HEAD =
            Set.of(
                    "silence",
                    "never-reads",
                    "half-closed-and-open",
                    "stops-in-fields",
                    "endless-fields",
                    "endless-status-line",
                    "endless-empty-lines",
                    "endless-cr");

    private SlowAnswers() {}

    static List<NodeCase> all() {
        return List.of(
                failed("silence", "timeout", wire -> wire.pause(LONG)),
                failed("never-reads", "timeout", wire -> wire.pause(LONG)).after(1_000_000),
                failed("half-closed-and-open", BOUNDED, answer("", SlowAnswers::halfClosed)),
                failed(
                        "drips-status-line",
                        "timeout",
                        answer("", drip("HTTP/1.1 200 " + long1k()))),
                failed("drips-fields", "timeout", answer(HEAD, drip("X-Field: " + long1k()))),
                failed(
                        "drips-body",
                        "timeout",
                        answer(HEAD + "Content-Length: 1000\r\n\r\n", drip(long1k()))),
                failed(
                        "drips-chunks",
                        "timeout",
                        answer(chunked(""), drip("1\r\nx\r\n".repeat(99)))),
                failed("stops-in-fields", "timeout", answer(HEAD + "X", wire -> wire.pause(LONG))),
                failed(
                        "stops-in-body",
                        "timeout",
                        answer(HEAD + "Content-Length: 9\r\n\r\nok", wire -> wire.pause(LONG))),
                failed("endless-fields", "response_too_large", answer(HEAD, flood(FIELD))),
                failed("endless-status-line", BOUNDED, answer("HTTP/1.1 200 ", flood(long1k()))),
                failed("endless-empty-lines", BOUNDED, answer("", flood("\r\n".repeat(999)))),
                failed("endless-cr", BOUNDED, answer("", flood("\r".repeat(999)))),
                failed(
                        "endless-interim",
                        BOUNDED,
                        answer("", flood("HTTP/1.1 102 Wait\r\n\r\n".repeat(99)))),
                failed(
                        "endless-interim-fields",
                        BOUNDED,
                        answer("", flood("HTTP/1.1 103 Hint\r\n" + FIELD + "\r\n"))),
                failed("continues-each-second", "timeout", answer("", SlowAnswers::continues)),
                failed("endless-trailers", BOUNDED, answer(chunked("0\r\n"), flood(FIELD))),
                failed("endless-chunk-extension", BOUNDED, answer(chunked("2;"), flood(long1k()))),
                failed("endless-chunk-size", BOUNDED, answer(chunked(""), flood("0".repeat(999)))),
                failed(
                        "endless-chunks",
                        "response_too_large",
                        answer(chunked(""), flood("400\r\n" + long1k() + "\r\n"))),
                failed("endless-body", "response_too_large", answer(HEAD + "\r\n", flood(FIELD))));
    }

    private static void halfClosed(Wire wire) throws java.io.IOException {
        wire.halfClose();
        wire.pause(LONG);
    }

    private static void continues(Wire wire) throws java.io.IOException {
        for (int i = 0; i < LONG.toSeconds(); i++) {
            wire.send("HTTP/1.1 100 Continue\r\n\r\n");
            wire.pause(SECOND);
        }
    }

    private static Script drip(String text) {
        return wire -> wire.drip(text, SECOND);
    }

    private static Script flood(String text) {
        return wire -> wire.flood(text, LONG);
    }

    private static String long1k() {
        return "k".repeat(1024);
    }
}
