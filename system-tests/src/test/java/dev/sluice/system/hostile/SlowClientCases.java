package dev.sluice.system.hostile;

import static dev.sluice.system.hostile.ClientCase.HOST;
import static dev.sluice.system.hostile.ClientCase.framed;
import static dev.sluice.system.hostile.ClientCase.ingress;
import static dev.sluice.system.hostile.ClientCase.proxied;
import static dev.sluice.system.hostile.Received.CLOSED;

import java.time.Duration;
import java.util.List;

/** Clients that send too slowly, or no more: they are told, or their connection ends. */
final class SlowClientCases {

    private static final Duration EACH = Duration.ofMillis(500);
    private static final int TOO_SLOW = 408;
    private static final String LENGTH = "Content-Length: 65536\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

    private SlowClientCases() {}

    static List<ClientCase> all() {
        return List.of(
                slow("request line drips", "", "GET /lb-health HTTP/1.1"),
                slow("fields drip", "GET /lb-health HTTP/1.1\r\n" + HOST + "X: ", "v".repeat(40)),
                slow("fields stop", "GET /lb-health HTTP/1.1\r\nHo", ""),
                slow("the second request drips", good() + "GET /lb-", "h".repeat(40)),
                slow("body drips", framed(LENGTH, "b"), "b".repeat(40)),
                slow("body never comes", framed(LENGTH, ""), ""),
                slow("body stops", framed(LENGTH, "b".repeat(30_000)), ""),
                slow("chunks drip", framed(CHUNKED, ""), "1\r\nx\r\n".repeat(7)),
                slow("chunk extension drips", framed(CHUNKED, "5;"), "e".repeat(40)),
                slow("trailers drip", framed(CHUNKED, "1\r\nx\r\n0\r\nX: "), "v".repeat(40)),
                slow("body drips, proxied", proxied(LENGTH, "b"), "b".repeat(40)),
                slow("body never comes, proxied", proxied(LENGTH, ""), ""),
                slow(
                        "100 is waited for and nothing sent",
                        framed("Expect: 100-continue\r\n" + LENGTH, ""),
                        ""),
                slow("body of an unknown pool drips", unknown(), "b".repeat(40)));
    }

    private static String good() {
        return FramingCases.withHost("GET /lb-health");
    }

    private static String unknown() {
        return framed(LENGTH, "b").replace("/queue/polite", "/queue/none-such");
    }

    private static ClientCase slow(String name, String first, String drip) {
        int[] statuses =
                first.startsWith(good())
                        ? new int[] {200}
                        : first.equals(unknown()) ? new int[] {404} : new int[] {TOO_SLOW, CLOSED};
        var one =
                ingress(
                        name,
                        wire -> {
                            wire.send(first);
                            wire.drip(drip, EACH);
                        },
                        statuses);
        return statuses[0] == TOO_SLOW ? one : one.and((answer, wire) -> FramingCases.ends(wire));
    }
}
