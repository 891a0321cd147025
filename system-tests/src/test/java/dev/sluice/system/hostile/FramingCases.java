package dev.sluice.system.hostile;

import static dev.sluice.system.hostile.ClientCase.HOST;
import static dev.sluice.system.hostile.ClientCase.QUEUE;
import static dev.sluice.system.hostile.ClientCase.framed;
import static dev.sluice.system.hostile.ClientCase.ingress;
import static dev.sluice.system.hostile.ClientCase.post;
import static dev.sluice.system.hostile.ClientCase.proxied;
import static dev.sluice.system.hostile.ClientCase.request;
import static dev.sluice.system.hostile.Received.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Where a request ends, and what two servers may read in two ways. */
final class FramingCases {

    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final Duration PROMPTLY = Duration.ofSeconds(5);

    private FramingCases() {}

    static List<ClientCase> all() {
        return ClientCase.together(lengths(), codings(), chunks(), ends(), pipelines(), expects());
    }

    private static List<ClientCase> lengths() {
        return List.of(
                ingress(
                        "length and chunks",
                        framed("Content-Length: 3\r\n" + CHUNKED, "0\r\n\r\n"),
                        400),
                ingress(
                        "length and chunks, proxied",
                        proxied("Content-Length: 3\r\n" + CHUNKED, "0\r\n\r\n"),
                        400),
                ingress(
                        "two lengths",
                        framed("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"),
                        400),
                ingress(
                        "two lengths, proxied",
                        proxied("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"),
                        400),
                ingress("list of lengths", framed("Content-Length: 3, 4\r\n", "abc"), 400),
                ingress("length negative", framed("Content-Length: -3\r\n", "abc"), 400),
                ingress("length with plus", framed("Content-Length: +3\r\n", "abc"), 400),
                ingress("length in hex", framed("Content-Length: 0x3\r\n", "abc"), 400),
                ingress("length empty", framed("Content-Length: \r\n", "abc"), 400),
                ingress(
                        "length of 20 digits",
                        framed("Content-Length: " + "9".repeat(20) + "\r\n", ""),
                        400,
                        413),
                ingress("length above the bound", framed("Content-Length: 9000000\r\n", ""), 413));
    }

    private static List<ClientCase> codings() {
        return List.of(
                ingress("gzip, chunked", coded("gzip, chunked"), 501),
                ingress(
                        "gzip, chunked, proxied",
                        proxied("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
                        501),
                ingress("chunked, gzip", coded("chunked, gzip"), 400, 501),
                ingress("gzip alone", coded("gzip"), 400, 501),
                ingress("chunked twice", coded("chunked, chunked"), 400, 501),
                ingress("identity", coded("identity"), 400, 501),
                ingress("coding with a tab", coded("\u000bchunked"), 400, 501),
                ingress(
                        "coding in two fields",
                        framed(CHUNKED + "Transfer-Encoding: x\r\n", "0\r\n\r\n"),
                        400,
                        501),
                ingress(
                        "space before the colon",
                        framed("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
                        400),
                ingress(
                        "chunks of HTTP/1.0",
                        framed(CHUNKED, "3\r\nabc\r\n0\r\n\r\n").replace("/1.1", "/1.0"),
                        400),
                ingress(
                        "chunks of HTTP/1.0, proxied",
                        proxied(CHUNKED, "3\r\nabc\r\n0\r\n\r\n").replace("/1.1", "/1.0"),
                        400));
    }

    private static List<ClientCase> chunks() {
        return List.of(
                ingress("good chunks", chunked("3;ext=1\r\nabc\r\n0\r\nX-Trailer: v\r\n\r\n"), 202),
                ingress("chunk size a word", chunked("zz\r\nabc\r\n0\r\n\r\n"), 400, CLOSED),
                ingress("chunk size negative", chunked("-3\r\nabc\r\n0\r\n\r\n"), 400, CLOSED),
                ingress(
                        "chunk size endless",
                        chunked("F".repeat(17) + "\r\nabc\r\n"),
                        400,
                        413,
                        CLOSED),
                ingress("chunk size with 0x", chunked("0x3\r\nabc\r\n0\r\n\r\n"), 400, CLOSED),
                ingress(
                        "chunk longer than its size",
                        chunked("3\r\nabcdef\r\n0\r\n\r\n"),
                        400,
                        CLOSED),
                ingress("chunk lines end in LF", chunked("3\nabc\n0\n\n"), 400, CLOSED),
                ingress(
                        "chunk extension of 100 KB",
                        chunked("3;" + "e".repeat(100_000) + "\r\nabc\r\n0\r\n\r\n"),
                        202,
                        400,
                        413,
                        431,
                        CLOSED),
                ingress(
                        "trailers of 200 KB",
                        chunked("3\r\nabc\r\n0\r\n" + "X-T: vvvvvv\r\n".repeat(15_000) + "\r\n"),
                        202,
                        400,
                        413,
                        431,
                        CLOSED),
                ingress(
                        "bad chunk, proxied",
                        proxied(CHUNKED, "zz\r\nabc\r\n0\r\n\r\n"),
                        400,
                        502,
                        CLOSED),
                ingress(
                        "chunks above the bound",
                        wire -> {
                            wire.send(framed(CHUNKED, ""));
                            wire.flood("1000\r\n" + "b".repeat(4096) + "\r\n", 300);
                        },
                        413,
                        CLOSED));
    }

    private static List<ClientCase> ends() {
        return List.of(
                ingress(
                        "short body",
                        then(framed("Content-Length: 10\r\n", "abc"), Wire::halfClose),
                        400,
                        CLOSED),
                ingress(
                        "short body, proxied",
                        then(proxied("Content-Length: 10\r\n", "abc"), Wire::halfClose),
                        400,
                        502,
                        CLOSED),
                ingress("short chunk", then(chunked("9\r\nabc"), Wire::halfClose), 400, CLOSED),
                ingress(
                        "no last chunk",
                        then(chunked("3\r\nabc\r\n"), Wire::halfClose),
                        400,
                        CLOSED),
                ingress(
                        "reset in the body",
                        then(framed("Content-Length: 10\r\n", "abc"), Wire::reset),
                        CLOSED),
                ingress(
                        "reset in the body, proxied",
                        then(proxied("Content-Length: 10\r\n", "abc"), Wire::reset),
                        CLOSED),
                ingress("reset in the fields", then("POST / HTTP/1.1\r\nHo", Wire::reset), CLOSED),
                ingress("reset before anything", Wire::reset, CLOSED),
                ingress("reset before the answer", then(post("", "abc"), Wire::reset), CLOSED),
                ingress(
                        "half-closed and waiting",
                        then(post("", "abc"), Wire::halfClose),
                        200,
                        202),
                ingress("close is asked for", post("Connection: close\r\n", "abc"), 200)
                        .and((answer, wire) -> ends(wire)),
                ingress(
                                "close is asked for, 9 KB",
                                post("Connection: close\r\n", "b".repeat(9_000)),
                                200)
                        .and((answer, wire) -> ends(wire)));
    }

    private static List<ClientCase> pipelines() {
        String good = post("", "abc");
        String smuggled = request("POST " + QUEUE, "", "smuggled");
        return List.of(
                ingress("two at once", good + post("", "defg"), 200)
                        .and((answer, wire) -> next(wire, 200, "defg")),
                ingress("good, then bad", good + "nonsense\r\n\r\n", 200)
                        .and((answer, wire) -> next(wire, 400, "")),
                ingress("bad, then good", "nonsense\r\n\r\n" + good, 400)
                        .and((answer, wire) -> ends(wire)),
                ingress(
                                "refused with a body, then good",
                                framed("Content-Length: x\r\n", good),
                                400)
                        .and((answer, wire) -> ends(wire)),
                ingress("a request in a body", post("", smuggled), 200)
                        .and((answer, wire) -> assertThat(answer.body()).isEqualTo(smuggled)),
                ingress("fifty at once", good.repeat(50), 200)
                        .and(
                                (answer, wire) -> {
                                    for (int i = 1; i < 50; i++) {
                                        next(wire, 200, "abc");
                                    }
                                }));
    }

    private static List<ClientCase> expects() {
        String expect = "Expect: 100-continue\r\nContent-Length: 3\r\n";
        return List.of(
                ingress(
                                "100 is waited for",
                                continued(framed("Prefer: wait=20\r\n" + expect, "")),
                                200)
                        .and((answer, wire) -> assertThat(answer.body()).isEqualTo("abc")),
                ingress("100 is waited for, proxied", continued(proxied(expect, "")), 200)
                        .and((answer, wire) -> assertThat(answer.body()).isEqualTo("abc")),
                ingress(
                        "100 is not waited for",
                        framed("Prefer: wait=20\r\n" + expect, "abc"),
                        200),
                ingress("100 and gone", then(framed(expect, ""), Wire::reset), CLOSED),
                ingress(
                                "100 for too much",
                                framed("Expect: 100-continue\r\nContent-Length: 9000000\r\n", ""),
                                413)
                        .and((answer, wire) -> assertThat(answer.interim()).isFalse()),
                ingress(
                                "100 for an unknown pool",
                                framed(expect, "").replace("/queue/polite", "/queue/none-such"),
                                404)
                        .and((answer, wire) -> assertThat(answer.interim()).isFalse()),
                ingress(
                        "another expectation",
                        framed("Expect: tea\r\nContent-Length: 3\r\n", "abc"),
                        202,
                        417));
    }

    private static String coded(String coding) {
        return framed("Transfer-Encoding: " + coding + "\r\n", "3\r\nabc\r\n0\r\n\r\n");
    }

    private static String chunked(String body) {
        return framed(CHUNKED, body);
    }

    private static Script then(String bytes, Script more) {
        return wire -> {
            wire.send(bytes);
            more.play(wire);
        };
    }

    private static Script continued(String head) {
        return wire -> {
            wire.send(head);
            assertThat(wire.head()).startsWith("HTTP/1.1 100");
            wire.send("abc");
        };
    }

    private static void next(Wire wire, int status, String body) throws IOException {
        var next = Received.from(wire);
        assertThat(next.status()).as(next.toString()).isEqualTo(status);
        if (!body.isEmpty()) {
            assertThat(next.body()).isEqualTo(body);
        }
    }

    static void ends(Wire wire) {
        assertThat(wire.endsWithin(PROMPTLY)).as("the connection ends").isTrue();
    }

    static String withoutHost(String line) {
        return line + " HTTP/1.1\r\n\r\n";
    }

    static String withHost(String line) {
        return line + " HTTP/1.1\r\n" + HOST + "\r\n";
    }
}
