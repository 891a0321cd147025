package dev.sluice.system.hostile;

import static dev.sluice.system.hostile.ClientCase.HOST;
import static dev.sluice.system.hostile.ClientCase.QUEUE;
import static dev.sluice.system.hostile.ClientCase.ingress;
import static dev.sluice.system.hostile.ClientCase.post;
import static dev.sluice.system.hostile.ClientCase.request;
import static dev.sluice.system.hostile.ClientCase.to;
import static dev.sluice.system.hostile.FramingCases.withHost;
import static dev.sluice.system.hostile.FramingCases.withoutHost;
import static dev.sluice.system.hostile.Received.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;

/** Request lines and header fields, and what is no HTTP. */
final class HeadCases {

    private HeadCases() {}

    static List<ClientCase> all() {
        return ClientCase.together(lines(), sizes(), fields(), noHttp(), otherPorts());
    }

    private static List<ClientCase> lines() {
        return List.of(
                ingress("unknown method", request("FOO " + QUEUE, "", "abc"), 400, 405, 501),
                ingress("method in lower case", request("post " + QUEUE, "", "abc"), 400, 405, 501),
                ingress(
                        "CONNECT",
                        "CONNECT 127.0.0.1:22 HTTP/1.1\r\n" + HOST + "\r\n",
                        400,
                        404,
                        405,
                        501),
                ingress("TRACE", withHost("TRACE " + QUEUE), 405, 501),
                ingress("OPTIONS *", withHost("OPTIONS *"), 200, 204, 400, 404, 405),
                ingress("no Host", withoutHost("GET /lb-health"), 400),
                ingress("two Hosts", "GET /lb-health HTTP/1.1\r\n" + HOST + HOST + "\r\n", 400),
                ingress(
                        "Host with a space",
                        "GET /lb-health HTTP/1.1\r\nHost: a b\r\n\r\n",
                        400,
                        421),
                ingress(
                        "Host with a path",
                        "GET /lb-health HTTP/1.1\r\nHost: a/b\r\n\r\n",
                        400,
                        421),
                ingress(
                        "another host in the target",
                        withHost("GET http://evil.example/"),
                        400,
                        421),
                ingress("HTTP/0.9", "GET /\r\n", 400, 426, 505, CLOSED),
                ingress("HTTP/3.0", "GET / HTTP/3.0\r\n" + HOST + "\r\n", 400, 505, CLOSED),
                ingress("http/1.1", "GET / http/1.1\r\n" + HOST + "\r\n", 200, 400, 505, CLOSED),
                ingress(
                        "HTTP/1.1 without a path",
                        "GET HTTP/1.1\r\n" + HOST + "\r\n",
                        400,
                        505,
                        CLOSED),
                ingress("space in the path", withHost("GET /lb health"), 400, CLOSED),
                ingress(
                        "tabs in the line",
                        "GET\t/lb-health\tHTTP/1.1\r\n" + HOST + "\r\n",
                        400,
                        CLOSED));
    }

    private static List<ClientCase> sizes() {
        return List.of(
                ingress("method of 10 KB", withHost("M".repeat(10_000) + " /"), 400, 414, 431, 501),
                ingress(
                        "request line of 100 KB",
                        withHost("GET /" + "p".repeat(100_000)),
                        400,
                        414,
                        431),
                ingress(
                        "one field of 100 KB",
                        post("X-Field: " + "v".repeat(100_000) + "\r\n", "abc"),
                        431),
                ingress("10,000 fields", post("X-Field: v\r\n".repeat(10_000), "abc"), 431),
                ingress(
                        "kept fields of 40 KB",
                        post("X-Field: " + "v".repeat(40_000) + "\r\n", "abc"),
                        431),
                ingress(
                        "field name of 100 KB",
                        post("X".repeat(100_000) + ": v\r\n", "abc"),
                        400,
                        431),
                ingress(
                        "fields without end",
                        wire -> {
                            wire.send("GET / HTTP/1.1\r\n" + HOST);
                            wire.flood("X-Field: vvvvvvvvvvvvvvvvvvvvvv\r\n", 100_000);
                        },
                        431,
                        CLOSED),
                ingress(
                        "request line without end",
                        wire -> {
                            wire.send("GET /");
                            wire.flood("pppppppppppppppppppppppppppppp", 100_000);
                        },
                        400,
                        414,
                        431,
                        CLOSED));
    }

    private static List<ClientCase> fields() {
        return List.of(
                ingress("NUL in a value", post("X-Field: a\0b\r\n", "abc"), 400),
                ingress("NUL in a name", post("X\0Field: ab\r\n", "abc"), 400),
                ingress("CR in a value", post("X-Field: a\rb\r\n", "abc"), 400),
                ingress("lines end in LF", post("", "abc").replace("\r\n", "\n"), 400),
                ingress("one line ends in LF", post("X-Field: a\n", "abc"), 400),
                ingress("folded field", post("X-Field: a\r\n b\r\n", "abc"), 400),
                ingress("folded first line", "GET / HTTP/1.1\r\n X: a\r\n" + HOST + "\r\n", 400),
                ingress("space before a colon", post("X-Field : a\r\n", "abc"), 400),
                ingress("no colon", post("X-Field\r\n", "abc"), 400),
                ingress("no name", post(": a\r\n", "abc"), 400),
                ingress("name with a space", post("X Field: a\r\n", "abc"), 400),
                ingress("control in a value", post("X-Field: a\u0001b\r\n", "abc"), 400),
                ingress(
                        "high bytes in a value",
                        post("X-Field: \u00ff\u0080\r\n", "abc"),
                        200,
                        400),
                ingress(
                        "Connection names Host",
                        post("Connection: Host, Prefer\r\n", "abc"),
                        200,
                        202,
                        400),
                ingress("deadline of nonsense", post("Sluice-Deadline: 1e99\r\n", "abc"), 400),
                ingress(
                        "two idempotency keys",
                        post("Idempotency-Key: a\r\nIdempotency-Key: b\r\n", "abc"),
                        400),
                ingress(
                        "key of 10 KB",
                        post("Idempotency-Key: " + "k".repeat(10_000) + "\r\n", "abc"),
                        400),
                ingress(
                        "Prefer of nonsense",
                        request("POST " + QUEUE, "Prefer: wait=-1, wait=x;;=\"\r\n", ""),
                        202));
    }

    private static List<ClientCase> noHttp() {
        return List.of(
                ingress(
                        "TLS hello",
                        "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003"
                                + "r".repeat(500),
                        400,
                        CLOSED),
                ingress(
                        "HTTP/2 preface",
                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0",
                        400,
                        426,
                        505,
                        CLOSED),
                ingress(
                        "upgrade to h2c",
                        withFields(
                                "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n"),
                        200),
                ingress("only CR", "\r".repeat(100_000), 400, CLOSED),
                ingress("only NUL", "\0".repeat(100_000), 400, CLOSED),
                ingress("random bytes", noise(), 400, CLOSED),
                ingress("a greeting", "EHLO evil.example\r\n", 400, 505, CLOSED),
                ingress(
                        "WebSocket to the queue",
                        withFields(WEB_SOCKET).replace("GET /lb-health", "GET " + QUEUE),
                        202,
                        400,
                        404,
                        501),
                ingress(
                        "WebSocket to a service",
                        withFields(WEB_SOCKET).replace("GET /lb-health", "GET /up/x"),
                        501),
                ingress(
                        "WebSocket of another version",
                        heartbeat("").replace("Version: 13", "Version: 7"),
                        400,
                        405,
                        426),
                ingress(
                        "a WebSocket's frames are nonsense",
                        wire -> {
                            wire.send(heartbeat(""));
                            assertThat(wire.head()).startsWith("HTTP/1.1 101");
                            wire.send("\u00ff".repeat(10_000));
                            FramingCases.ends(wire);
                        },
                        CLOSED));
    }

    static final String WEB_SOCKET =
            String.join(
                    "\r\n",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "");

    /** A handshake with the heartbeat, with these fields besides. */
    static String heartbeat(String fields) {
        return "GET /api/ws-heartbeat HTTP/1.1\r\n" + HOST + WEB_SOCKET + fields + "\r\n";
    }

    private static String withFields(String fields) {
        return "GET /lb-health HTTP/1.1\r\n" + HOST + fields + "\r\n";
    }

    private static String noise() {
        var random = new java.util.Random(13);
        var text = new StringBuilder();
        random.ints(65_536, 0, 256).forEach(i -> text.append((char) i));
        return text.toString();
    }

    /** The other services' ports take no more than the ingress does. */
    private static List<ClientCase> otherPorts() {
        return Stream.of("statistics", "workers", "monitor")
                .flatMap(
                        service ->
                                Stream.of(
                                        other(
                                                service,
                                                ": fields of 100 KB",
                                                "GET /stats HTTP/1.1\r\n"
                                                        + HOST
                                                        + "X: "
                                                        + "v".repeat(100_000)
                                                        + "\r\n\r\n",
                                                431),
                                        other(
                                                service,
                                                ": line of 100 KB",
                                                withHost("GET /" + "p".repeat(100_000)),
                                                400,
                                                414,
                                                431),
                                        other(service, ": nonsense", noise(), 400, CLOSED),
                                        other(service, ": no Host", withoutHost("GET /stats"), 400),
                                        other(
                                                service,
                                                ": bad chunk",
                                                "PUT /nodes/x HTTP/1.1\r\n"
                                                        + HOST
                                                        + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                                                400,
                                                401,
                                                403,
                                                404,
                                                405,
                                                CLOSED)))
                .toList();
    }

    private static ClientCase other(String service, String name, String bytes, int... statuses) {
        return to(service, service + name, Script.of(bytes), statuses);
    }
}
