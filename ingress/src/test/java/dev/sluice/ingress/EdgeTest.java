package dev.sluice.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.testkit.TestBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The edges of the protocol, byte for byte: what is taken, what goes on, what is answered. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EdgeTest {

    private static final String EVIL = "Origin: http://evil.example";
    private static final String APP = "Origin: https://app.example";

    private TestBroker broker;
    private Rig rig;
    private AnsweringWorker worker;
    private WireUpstream service;
    private IngressService ingress;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        broker = TestBroker.in(dir);
        rig = new Rig(broker.bootstrapServers());
        rig.node("default", 6_000, 1_000_000_000L);
        service = new WireUpstream(new ScriptedService());
        worker = new AnsweringWorker(rig.clients, Rig.normal("default"), EdgeTest::answer);
        ingress =
                rig.ingress(
                        "api.gateway-url", service.url(),
                        "lb.cors-origins", "https://app.example",
                        "lb.max-hops", "3",
                        "lb.routes.chat.prefix", "/chat",
                        "lb.routes.chat.pool", "default",
                        "lb.routes.chat.path", "/v1",
                        "lb.routes.bare.prefix", "/bare",
                        "lb.routes.bare.pool", "default",
                        "lb.routes.bare.path", "/");
    }

    @BeforeEach
    void forget() {
        service.forget();
        worker.seen().clear();
    }

    @AfterAll
    void stop() throws IOException {
        ingress.close();
        worker.close();
        rig.close();
        broker.close();
        service.close();
    }

    /** What its body asks for: {@code fields 9000}, {@code status 101}, {@code name X(}. */
    private static Optional<Answer> answer(RequestEvent event) {
        String[] words = new String(event.body().bytes(), StandardCharsets.UTF_8).split(" ", 2);
        return Optional.of(
                switch (words[0]) {
                    case "fields" -> fields(200, fields(Integer.parseInt(words[1])));
                    case "status" -> fields(Integer.parseInt(words[1]), List.of());
                    case "name" -> fields(200, List.of(new HttpHeader(words[1], "a")));
                    case "value" -> fields(200, List.of(new HttpHeader("X-A", words[1])));
                    case "cors" ->
                            fields(
                                    200,
                                    List.of(
                                            new HttpHeader("Access-Control-Allow-Origin", "*"),
                                            new HttpHeader("Vary", "Accept")));
                    default -> fields(200, List.of());
                });
    }

    private static Answer fields(int status, List<HttpHeader> headers) {
        return new Answer(status, headers, Body.of("body".getBytes(StandardCharsets.UTF_8)));
    }

    private static List<HttpHeader> fields(int bytes) {
        var headers = new ArrayList<HttpHeader>();
        for (int left = bytes; left > 0; left -= 1_000) {
            headers.add(new HttpHeader("X-" + left, "v".repeat(Math.min(left, 990))));
        }
        return headers;
    }

    private static String request(String line, String body, String... fields) {
        return line
                + " HTTP/1.1\r\nHost: a:80\r\nContent-Length: "
                + body.length()
                + "\r\n"
                + String.join("", java.util.Arrays.stream(fields).map(f -> f + "\r\n").toList())
                + "\r\n"
                + body;
    }

    /** On a connection that must close when it was answered. */
    private String exchange(String line, String body, String... fields) throws IOException {
        var all = new ArrayList<>(List.of(fields));
        all.add("Connection: close");
        return Wire.exchange(ingress, request(line, body, all.toArray(String[]::new)));
    }

    private String waiting(String body, String... fields) throws IOException {
        var all = new ArrayList<>(List.of(fields));
        all.add("Prefer: wait=20");
        return exchange("POST /", body, all.toArray(String[]::new));
    }

    private RequestEvent seen() throws InterruptedException {
        RequestEvent event = worker.seen().poll(10, TimeUnit.SECONDS);
        assertThat(event).as("a request in the log").isNotNull();
        return event;
    }

    /** Nothing else came before this one. */
    private void nothingWasQueued() throws Exception {
        assertThat(exchange("POST /?marker", "x")).startsWith("HTTP/1.1 202 ");
        assertThat(seen().target()).isEqualTo("/?marker");
    }

    // what is answered

    @ParameterizedTest
    @ValueSource(ints = {7_000, 9_000, 17_000, 64_000, 100_000})
    void givesTheFieldsOfAnAnswerAsTheyAreAndCloses(int bytes) throws Exception {
        String answer = waiting("fields " + bytes);
        assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nbody");
        for (HttpHeader header : fields(bytes)) {
            assertThat(answer).contains(header.name() + ": " + header.value() + "\r\n");
        }
    }

    @Test
    void servesTheNextRequestAfterLargeFields() throws Exception {
        try (var wire = new Wire(ingress)) {
            for (int i = 0; i < 3; i++) {
                wire.say(request("POST /", "fields 17000", "Prefer: wait=20"));
                assertThat(wire.head()).startsWith("HTTP/1.1 200 ").doesNotContain("Connection:");
                assertThat(wire.read(4)).isEqualTo("body");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fields 200000, answer_fields_too_large",
        "status 101, bad_answer",
        "status 100, bad_answer",
        "status 999, bad_answer",
        "name X(, bad_answer",
        "name X A, bad_answer",
        "value a\u0001b, bad_answer",
    })
    void anAnswerThatCannotGoOutIsABadGateway(String wish, String type) throws Exception {
        try (var wire = new Wire(ingress)) {
            for (int i = 0; i < 2; i++) { // the connection stays in order
                wire.say(request("POST /", wish, "Prefer: wait=20"));
                String head = wire.head();
                assertThat(head)
                        .startsWith("HTTP/1.1 502 ")
                        .contains("application/problem+json", "Sluice-Request-Id: ");
                int length =
                        Integer.parseInt(head.split("Content-Length: ", 2)[1].split("\r", 2)[0]);
                assertThat(wire.read(length)).contains(type).doesNotContain("jetty", "Exception");
            }
        }
    }

    // what is taken

    @ParameterizedTest
    @ValueSource(strings = {"/", "/chat", "/api/x"})
    void takesNoCodingButChunkedAndNoneOverHttp10(String path) throws Exception {
        String rest = "2\r\nab\r\n0\r\n\r\n";
        assertThat(
                        Wire.exchange(
                                ingress,
                                "POST %s HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n%s"
                                        .formatted(path, rest)))
                .startsWith("HTTP/1.1 400 ");
        assertThat(
                        Wire.exchange(
                                ingress,
                                "POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n%s"
                                        .formatted(path, rest)))
                .startsWith("HTTP/1.1 501 ")
                .contains("unsupported_transfer_coding");
        assertThat(service.waiting()).isZero();
        nothingWasQueued();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\n\r\nzz\r\nab",
                "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nbad trailer\r\n\r\n",
            })
    void aBodyThatIsNotAsAnnouncedIsABadRequest(String rest) throws Exception {
        assertThat(Wire.exchange(ingress, "POST / HTTP/1.1\r\nHost: a\r\n" + rest))
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json")
                .doesNotContain("bug");
        nothingWasQueued();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /?, /?",
        "POST, /?a?b, /?a?b",
        "POST, /?a=%zz//, /?a=%zz//",
        "GET, /queue/default//public/admin/delete, //public/admin/delete",
        "GET, /queue/default//public?x=1, //public?x=1",
        "GET, /queue/default/?, /?",
        "GET, /queue/default, /",
        "GET, /queue/default?, /?",
        "GET, /queue/default?x, /?x",
        "GET, /queue/default/a//b/, /a//b/",
        "GET, /queue/default/%2F%2f/a, /%2F%2f/a",
        "GET, /queue/default/a;b=1;c/d;e, /a;b=1;c/d;e",
        "GET, /queue/default/a|b\"{}^`, /a|b\"{}^`",
        "GET, /queue/default///, ///",
        "GET, /queue/default/http://evil.example/x, /http://evil.example/x",
        "GET, /chat//public/admin, /v1//public/admin",
        "GET, /chat?, /v1?",
        "GET, /chat/a;b?c;d, /v1/a;b?c;d",
        "GET, /chat/%2F, /v1/%2F",
        "GET, /bare//public/admin/delete, //public/admin/delete",
        "GET, /bare//public?x=1, //public?x=1",
        "GET, /bare/?, /?",
        "GET, /bare?a?b, /?a?b",
    })
    void whatTheClientSentIsWhatTheNodeGets(String method, String sent, String expected)
            throws Exception {
        assertThat(exchange(method + " " + sent, "")).startsWith("HTTP/1.1 202 ");
        assertThat(seen().target()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api?",
                "/api/x?",
                "/api/x?a?b",
                "/api//x",
                "/api//host/x?",
                "/api/a;b=1;c/d",
                "/api/%2F%2f",
                "/api/x?a=%zz",
                "/api///",
                "/api/http://x/"
            })
    void whatTheClientSentIsWhatTheServiceGets(String sent) throws Exception {
        assertThat(exchange("GET " + sent, "")).startsWith("HTTP/1.1 200 ");
        assertThat(service.head()).startsWith("GET " + sent + " HTTP/1.1\r\n");
    }

    // the proxy

    @Test
    void asksForABodyThatTheServiceNeverAskedFor() throws Exception {
        try (var wire = new Wire(ingress)) {
            wire.say(
                    "POST /api/body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            assertThat(wire.head()).startsWith("HTTP/1.1 100 ");
            wire.say("hello");
            assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
            assertThat(wire.read(5)).isEqualTo("hello");
            assertThat(service.head()).contains("Expect: 100-continue\r\n");
        }
    }

    @Test
    void passesAStreamOnThatBeginsBeforeItsBodyWasAskedFor() throws Exception {
        try (var wire = new Wire(ingress)) {
            wire.say(
                    "POST /api/events HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
            String head = wire.head();
            assertThat(head.startsWith("HTTP/1.1 100 ") ? wire.head() : head)
                    .startsWith("HTTP/1.1 200 ");
            for (int i = 0; i < 3; i++) {
                wire.say("1\r\nx\r\n");
                assertThat(wire.read(14)).contains("data: x");
            }
        }
    }

    @Test
    void goesOnToTheAnswerWhateverComesBeforeIt() throws Exception {
        String answer = exchange("GET /api/interim", "");
        assertThat(answer).contains("HTTP/1.1 200 OK\r\n").endsWith("ok");
        assertThat(answer).doesNotContain(" 104 ", " 199 ", " 100 ");
        assertThat(exchange("GET /api/interim-endless", "")).contains("HTTP/1.1 502 ");
        assertThat(exchange("GET /api/switch", ""))
                .startsWith("HTTP/1.1 502 ")
                .contains("upstream_failed");
        assertThat(exchange("GET /api/odd", "")).startsWith("HTTP/1.1 502 ");
    }

    // who is let in

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /",
                "GET /queue/default/x",
                "OPTIONS /queue/default/",
                "PUT /chat",
                "GET /chat",
                "DELETE /replays/x"
            })
    void letsNoPageOfAnotherOriginQueueAnything(String line) throws Exception {
        for (String field : List.of(EVIL, "Origin: null", "Sec-Fetch-Site: cross-site")) {
            assertThat(exchange(line, "", field))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("cross_origin")
                    .doesNotContain("Access-Control");
        }
        nothingWasQueued();
        assertThat(exchange("POST /", "", "Origin: http://a")).startsWith("HTTP/1.1 202 ");
        seen();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/queue/default/", "/chat", "/requests/x"})
    void answersPreflightsItselfAndQueuesNone(String path) throws Exception {
        String wanted = "Access-Control-Request-Method: POST";
        assertThat(exchange("OPTIONS " + path, "", EVIL, wanted)).startsWith("HTTP/1.1 403 ");
        assertThat(
                        exchange(
                                "OPTIONS " + path,
                                "",
                                APP,
                                wanted,
                                "Access-Control-Request-Headers: content-type,prefer"))
                .startsWith("HTTP/1.1 204 ")
                .contains(
                        "Access-Control-Allow-Origin: https://app.example\r\n",
                        "Access-Control-Allow-Methods: GET, HEAD, POST",
                        "Access-Control-Allow-Headers: content-type, prefer\r\n",
                        "Access-Control-Max-Age: ",
                        "Vary: Origin\r\n");
        nothingWasQueued();
    }

    @Test
    void lettingAnOriginInItReadsAnswersAndWhatTheyAreAbout() throws Exception {
        String accepted = exchange("POST /", "x", APP);
        assertThat(accepted)
                .startsWith("HTTP/1.1 202 ")
                .contains("Access-Control-Allow-Origin: https://app.example\r\n", "Location, ");
        String answer = waiting("cors", APP);
        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .contains("Allow-Origin: https://app.example\r\n", "Vary: Origin", "Vary: Accept")
                .doesNotContain("Allow-Origin: *");
        assertThat(waiting("cors")).doesNotContain("Access-Control");
        assertThat(exchange("GET /stats", "", EVIL)).doesNotContain("Access-Control");
    }

    @Test
    void leavesPreflightsOfServicesToThem() throws Exception {
        assertThat(
                        exchange(
                                "OPTIONS /api/x",
                                "",
                                EVIL,
                                "Access-Control-Request-Method: POST",
                                "Sec-Fetch-Site: cross-site"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(service.head()).startsWith("OPTIONS /api/x ").contains(EVIL);
    }

    @Test
    void anOptionsThatIsNoPreflightIsQueued() throws Exception {
        assertThat(exchange("OPTIONS /queue/default/x", "")).startsWith("HTTP/1.1 202 ");
        assertThat(seen().method()).isEqualTo("OPTIONS");
    }

    // loops

    @ParameterizedTest
    @ValueSource(strings = {"/", "/queue/default/x", "/chat", "/api/x"})
    void endsWhatHasComeBackTooOften(String path) throws Exception {
        for (String[] fields :
                new String[][] {
                    {"Sluice-Hops: 4"},
                    {"Sluice-Hops: 2", "Via: 1.1 sluice, 1.0 edge", "Via: 1.1 Sluice"},
                    {"Sluice-Hops: 999", "Connection: Sluice-Hops"}
                }) {
            assertThat(exchange("POST " + path, "", fields))
                    .startsWith("HTTP/1.1 508 ")
                    .contains("loop_detected", "lb.max-hops");
        }
        assertThat(service.waiting()).isZero();
        nothingWasQueued();
    }

    @Test
    void keepsTheCountOfWhatGoesOn() throws Exception {
        assertThat(exchange("POST /", "", "Sluice-Hops: 3", "Sluice-Other: 1"))
                .startsWith("HTTP/1.1 202 ");
        assertThat(seen().headers()).contains(new HttpHeader("Sluice-Hops", "3"));
        exchange("POST /", "", "Sluice-Hops: x");
        assertThat(seen().headers()).noneMatch(h -> h.name().startsWith("Sluice-"));
        exchange("GET /api/x", "", "Sluice-Hops: 3");
        assertThat(service.head()).contains("Sluice-Hops: 3\r\n", "Via: 1.1 sluice\r\n");
    }

    @Test
    void aServiceThatIsThisIngressEndsInAnAnswer() throws Exception {
        var itself = new CompletableFuture<IngressService>();
        try (var there =
                        new WireUpstream(
                                exchange -> exchange.say(onward(itself.join(), exchange)));
                var loop =
                        rig.ingress(
                                "lb.routes.loop.prefix",
                                "/loop",
                                "lb.routes.loop.url",
                                there.url())) {
            itself.complete(loop);
            assertThat(Wire.exchange(loop, request("GET /loop/x", "", "Connection: close")))
                    .startsWith("HTTP/1.1 508 ")
                    .contains("loop_detected");
            assertThat(there.waiting()).isEqualTo(6); // lb.max-hops and the first one
        }
    }

    private static String onward(IngressService to, WireUpstream.Exchange exchange)
            throws IOException {
        String head = exchange.head().replaceFirst("\r\n", "\r\nConnection: close\r\n");
        return Wire.exchange(to, head);
    }
}
