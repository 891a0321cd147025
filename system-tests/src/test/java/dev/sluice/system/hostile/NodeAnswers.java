package dev.sluice.system.hostile;

import static dev.sluice.system.hostile.NodeCase.delivered;
import static dev.sluice.system.hostile.NodeCase.failed;
import static dev.sluice.system.hostile.NodeCase.ok;
import static dev.sluice.system.hostile.NodeCase.over;

import java.util.List;
import java.util.stream.Stream;

/** Answers of a hostile node that are over at once. */
final class NodeAnswers {

    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static final String BAD = "bad_response";
    private static final String BROKEN = "bad_response unreachable";
    private static final String LARGE = "response_too_large";
    private static final String LARGE_OR_BAD = "response_too_large bad_response";
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final String HINTS =
            "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n";
    private static final String FIELD = "X-Field: " + "v".repeat(90) + "\r\n";
    private static final String UPGRADE =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

    private NodeAnswers() {}

    static List<NodeCase> all() {
        return Stream.of(interim(), fields(), statuses(), lengths(), chunks(), breaks(), polite())
                .flatMap(List::stream)
                .toList();
    }

    private static List<NodeCase> interim() {
        return List.of(
                ok("two-continues", answer(CONTINUE + CONTINUE + OK)),
                ok("hundred-continues", answer(CONTINUE.repeat(100) + OK)),
                ok("processing", answer("HTTP/1.1 102 Processing\r\n\r\n" + OK)),
                ok("early-hints", answer(HINTS + HINTS + OK)),
                ok("status-104", answer("HTTP/1.1 104 Upload Resumption\r\n\r\n" + OK)),
                ok("status-199", answer("HTTP/1.1 199 Odd\r\n\r\n" + OK)),
                ok(
                        "all-interim",
                        answer(
                                CONTINUE
                                        + HINTS
                                        + "HTTP/1.1 104 Odd\r\n\r\nHTTP/1.1 102 Wait\r\n\r\n"
                                        + CONTINUE
                                        + OK)),
                over(
                        "continue-with-length",
                        answer("HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n" + OK)),
                ok("continue-before-it-reads", wire -> wire.send(CONTINUE + OK)),
                ok("keep-continue-after-the-end", answer(OK + CONTINUE)),
                failed("continue-and-close", BROKEN, answer(CONTINUE)),
                failed("continue-and-reset", BROKEN, answer(CONTINUE, Wire::reset)),
                failed("upgrade", BAD, answer(UPGRADE)),
                failed("upgrade-bare", BAD, answer("HTTP/1.1 101 Switching\r\n\r\n")),
                failed("upgrade-and-answer", BAD, answer(UPGRADE + OK)),
                failed("continue-and-upgrade", BAD, answer(CONTINUE + UPGRADE)));
    }

    private static List<NodeCase> fields() {
        return List.of(
                ok("fields-17k", answer(withFields(FIELD.repeat(170)))),
                ok("fields-60k", answer(withFields(FIELD.repeat(590)))),
                ok("one-field-60k", answer(withFields("X-Field: " + "v".repeat(60_000) + "\r\n"))),
                failed("fields-70k", LARGE, answer(withFields(FIELD.repeat(700)))),
                failed(
                        "one-field-70k",
                        LARGE,
                        answer(withFields("X-Field: " + "v".repeat(70_000) + "\r\n"))),
                failed(
                        "field-name-70k",
                        LARGE_OR_BAD,
                        answer(withFields("X".repeat(70_000) + ": v\r\n"))),
                failed(
                        "many-short-fields",
                        LARGE_OR_BAD,
                        answer(withFields("a: b\r\n".repeat(20_000)))),
                failed(
                        "fields-20m",
                        LARGE,
                        answer("HTTP/1.1 200 OK\r\n", wire -> wire.flood(FIELD, 200_000))),
                failed("field-with-nul", BAD, answer(withFields("X-Field: a\0b\r\n"))),
                failed(
                        "field-with-bare-cr",
                        BAD,
                        answer(withFields("X-Field: a\rSet-Cookie: b\r\n"))),
                failed("field-without-colon", BAD, answer(withFields("X-Field\r\n"))),
                failed("field-without-name", BAD, answer(withFields(": v\r\n"))),
                failed("field-name-with-space", BAD, answer(withFields("X Field: v\r\n"))),
                failed("field-name-with-nul", BAD, answer(withFields("X\0Field: v\r\n"))),
                over("field-with-control", answer(withFields("X-Field: a\u0001b\u007f\r\n"))),
                over("field-folded", answer(withFields("X-Field: a\r\n b\r\n"))),
                over("field-space-colon", answer(withFields("X-Field : v\r\n"))),
                over("field-bare-lf", answer(withFields("X-Field: v\n"))),
                over("field-high-bytes", answer(withFields("X-Field: \u00ff\u00fe\u0080\r\n"))),
                ok(
                        "field-named-by-connection",
                        answer(withFields("Connection: X-Field\r\n" + FIELD))),
                ok(
                        "fields-of-ours",
                        answer(withFields("Sluice-Node: evil\r\nSluice-Attempts: 0\r\n"))),
                ok(
                        "upgrade-offered",
                        answer(withFields("Upgrade: h2c\r\nConnection: Upgrade\r\n"))));
    }

    private static List<NodeCase> statuses() {
        return List.of(
                failed("status-0", BAD, answer(status("HTTP/1.1 0 Zero"))),
                failed("status-000", BAD, answer(status("HTTP/1.1 000 Zero"))),
                failed("status-99", BAD, answer(status("HTTP/1.1 99 Low"))),
                failed("status-099", BAD, answer(status("HTTP/1.1 099 Low"))),
                failed("status-600", BAD, answer(status("HTTP/1.1 600 High"))),
                failed("status-999", BAD, answer(status("HTTP/1.1 999 High"))),
                failed("status-1000", BAD, answer(status("HTTP/1.1 1000 High"))),
                failed("status-negative", BAD, answer(status("HTTP/1.1 -200 OK"))),
                failed("status-word", BAD, answer(status("HTTP/1.1 two OK"))),
                over("status-alone", answer(status("HTTP/1.1 200"))),
                over("status-two-spaces", answer(status("HTTP/1.1  200 OK"))),
                over("version-1-7", answer(status("HTTP/1.7 200 OK"))),
                over("version-lower-case", answer(status("http/1.1 200 OK"))),
                failed("version-2", BAD, answer(status("HTTP/2.0 200 OK"))),
                failed("version-icy", BAD, answer(status("ICY 200 OK"))),
                failed(
                        "status-line-100k",
                        LARGE_OR_BAD,
                        answer(status("HTTP/1.1 200 " + "k".repeat(100_000)))),
                failed("http-0-9", BROKEN, answer("just words\n")),
                failed("greeting-of-ssh", BROKEN, answer("SSH-2.0-OpenSSH_9.6\r\n")),
                failed("empty-lines", BROKEN, answer("\r\n".repeat(50))),
                failed("only-cr", BROKEN, answer("\r".repeat(1000))),
                failed("only-nul", BROKEN, answer("\0".repeat(65_536))),
                failed("tls-alert", BROKEN, answer("\u0015\u0003\u0003\0\u0002\u0002(")),
                failed(
                        "http-2-settings",
                        BROKEN,
                        answer("\0\0\u0006\u0004\0\0\0\0\0\0\u0003\0\0\0d")));
    }

    private static List<NodeCase> lengths() {
        return List.of(
                failed(
                        "two-lengths",
                        BAD,
                        answer(headed("Content-Length: 2\r\nContent-Length: 3"))),
                over("same-length-twice", answer(headed("Content-Length: 2\r\nContent-Length: 2"))),
                over("length-list", answer(headed("Content-Length: 2, 2"))),
                failed("length-negative", BAD, answer(headed("Content-Length: -2"))),
                failed("length-plus", BAD, answer(headed("Content-Length: +2"))),
                failed("length-hex", BAD, answer(headed("Content-Length: 0x2"))),
                failed("length-word", BAD, answer(headed("Content-Length: two"))),
                failed(
                        "length-endless",
                        LARGE_OR_BAD + " unreachable",
                        answer(headed("Content-Length: 99999999999999999999"))),
                failed(
                        "length-and-chunks",
                        BAD,
                        answer(
                                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked"
                                        + "\r\n\r\n2\r\nok\r\n0\r\n\r\n")),
                failed("short-body", BROKEN, answer(headed("Content-Length: 10"))),
                ok("no-length", answer("HTTP/1.1 200 OK\r\n\r\nok")),
                ok("http-1-0", answer("HTTP/1.0 200 OK\r\n\r\nok")),
                ok("keep-extra-bytes", answer(OK + "and more")),
                ok(
                        "keep-second-answer",
                        answer(OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL")),
                over(
                        "keep-204-with-body",
                        answer("HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nEVIL")),
                over(
                        "keep-304-with-body",
                        answer("HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nEVIL")),
                failed(
                        "body-9m",
                        LARGE,
                        answer("HTTP/1.1 200 OK\r\n\r\n", wire -> wire.flood(FIELD, 95_000))),
                failed(
                        "announced-9g",
                        LARGE + " unreachable",
                        answer(headed("Content-Length: 9000000000"))));
    }

    private static List<NodeCase> chunks() {
        return List.of(
                ok("chunks-of-a-byte", answer(chunked("1\r\no\r\n1\r\nk\r\n0\r\n\r\n"))),
                ok("small-trailers", answer(chunked("2\r\nok\r\n0\r\nX-Trailer: v\r\n\r\n"))),
                failed("chunk-size-word", BAD, answer(chunked("zz\r\nok\r\n0\r\n\r\n"))),
                failed("chunk-size-negative", BAD, answer(chunked("-2\r\nok\r\n0\r\n\r\n"))),
                failed("chunk-size-endless", BAD, answer(chunked("FFFFFFFFFFFFFFFFF\r\nok\r\n"))),
                failed("chunk-too-short", BAD, answer(chunked("2\r\nokok\r\n0\r\n\r\n"))),
                failed("chunk-and-close", BROKEN, answer(chunked("2\r\nok\r\n"))),
                failed("chunk-and-reset", BROKEN, answer(chunked("2\r\nok\r\n"), Wire::reset)),
                over(
                        "chunk-extension-100k",
                        answer(chunked("2;" + "e".repeat(100_000) + "\r\nok\r\n0\r\n\r\n"))),
                failed(
                        "trailers-1m",
                        LARGE_OR_BAD,
                        answer(chunked("2\r\nok\r\n0\r\n" + FIELD.repeat(10_000) + "\r\n"))),
                failed("gzip-chunked", BAD, answer(coded("gzip, chunked"))),
                failed("chunked-gzip", BAD, answer(coded("chunked, gzip"))),
                failed("gzip-without-chunks", BAD, answer(coded("gzip"))),
                failed("unknown-coding", BAD, answer(coded("xyz"))),
                over("chunked-twice", answer(coded("chunked, chunked"))),
                over("chunks-of-http-1-0", answer(coded("chunked").replace("/1.1", "/1.0"))));
    }

    private static List<NodeCase> breaks() {
        return List.of(
                failed("reset-at-once", BROKEN, Wire::reset),
                failed("reset-before-it-reads", BROKEN, Wire::reset).after(1_000_000),
                failed("close-unanswered", BROKEN, answer("")),
                failed("half-close-unanswered", BROKEN, answer("", Wire::halfClose)),
                failed("reset-in-status-line", BROKEN, answer("HTTP/1.1 20", Wire::reset)),
                failed("close-in-fields", BROKEN, answer("HTTP/1.1 200 OK\r\nContent-Le")),
                failed(
                        "reset-in-fields",
                        BROKEN,
                        answer("HTTP/1.1 200 OK\r\nX: y\r\n", Wire::reset)),
                failed("reset-in-body", BROKEN, answer(headed("Content-Length: 9"), Wire::reset)),
                over("answer-and-reset", answer(OK, Wire::reset)),
                over("early-answer-and-close", Script.of(OK)).after(1_000_000),
                ok(
                                "early-answer-and-read",
                                wire -> {
                                    wire.send(OK);
                                    wire.read(HostileNode.contentLength(wire.lastHead()));
                                })
                        .after(1_000_000));
    }

    /** What looks odd and is as it should be. */
    private static List<NodeCase> polite() {
        return List.of(
                delivered(
                        "redirect",
                        302,
                        "ok",
                        answer(
                                OK.replace(
                                        "200 OK\r\n",
                                        "302 Found\r\nLocation: http://127.0.0.1:1/evil\r\n"))),
                delivered(
                        "challenge",
                        401,
                        "ok",
                        answer(OK.replace("200 OK\r\n", "401 No\r\nWWW-Authenticate: Basic\r\n"))),
                delivered("proxy-challenge", 407, "ok", answer(OK.replace("200 OK", "407 No"))),
                delivered("request-timeout", 408, "ok", answer(OK.replace("200 OK", "408 Slow"))),
                delivered("loop-detected", 508, "ok", answer(OK.replace("200 OK", "508 Loop"))),
                ok("no-gzip-in-fact", answer(withFields("Content-Encoding: gzip\r\n"))),
                ok("cookie", answer(withFields("Set-Cookie: a=b; Domain=example.com\r\n"))));
    }

    /** Reads the request and sends this. */
    static Script answer(String text) {
        return answer(text, wire -> {});
    }

    /** Reads the request, sends this, and goes on so. */
    static Script answer(String text, Script then) {
        return wire -> {
            wire.read(HostileNode.contentLength(wire.lastHead()));
            wire.send(text);
            then.play(wire);
        };
    }

    static String withFields(String fields) {
        return OK.replace("OK\r\n", "OK\r\n" + fields);
    }

    private static String headed(String lines) {
        return "HTTP/1.1 200 OK\r\n" + lines + "\r\n\r\nok";
    }

    private static String status(String line) {
        return OK.replace("HTTP/1.1 200 OK", line);
    }

    static String chunked(String body) {
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
    }

    private static String coded(String codings) {
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + codings + "\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    }
}
