package dev.sluice.ingress;

import static dev.sluice.ingress.Rig.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.TestBroker;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyTest {

    private TestBroker broker;
    private Rig rig;
    private final ScriptedService script = new ScriptedService();
    private WireUpstream api;
    private WireUpstream dashboard;
    private WireUpstream other;
    private IngressService ingress;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        broker = TestBroker.in(dir);
        rig = new Rig(broker.bootstrapServers());
        api = new WireUpstream(script);
        dashboard = WireUpstream.saying(ScriptedService.OK);
        other = new WireUpstream(script);
        ingress =
                rig.ingress(
                        "lb.hosts", "front.example",
                        "api.gateway-url", api.url(),
                        "dashboard.ui-url", dashboard.url() + "/ui/",
                        "lb.routes.other.prefix", "/other",
                        "lb.routes.other.url", other.url() + "/base",
                        "lb.routes.other.path", "/",
                        "lb.routes.other.host", "upstream",
                        "lb.routes.other.forward-authorization", "false",
                        "lb.routes.nobody.prefix", "/nobody",
                        "lb.routes.nobody.url", "http://127.0.0.1:1");
    }

    @BeforeEach
    void forget() {
        api.forget();
        dashboard.forget();
        other.forget();
    }

    @AfterAll
    void stop() throws IOException {
        ingress.close();
        rig.close();
        broker.close();
        api.close();
        dashboard.close();
        other.close();
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        return rig.get(ingress, path, headers);
    }

    private static String request(String line, String... fields) {
        return line
                + " HTTP/1.1\r\nHost: front.example\r\nConnection: close\r\n"
                + String.join("", java.util.Arrays.stream(fields).map(f -> f + "\r\n").toList())
                + "\r\n";
    }

    @Test
    void sendsEachRequestToTheServiceOfTheLongestPrefix() throws Exception {
        assertThat(get("/api/users?x=1&y=%2F").body()).isEqualTo("ok");
        assertThat(api.head()).startsWith("GET /api/users?x=1&y=%2F HTTP/1.1\r\n");
        get("/other/a/b?q");
        assertThat(other.head()).startsWith("GET /base/a/b?q HTTP/1.1\r\n");
        get("/other");
        assertThat(other.head()).startsWith("GET /base/ HTTP/1.1\r\n");
        get("/");
        assertThat(dashboard.head()).startsWith("GET /ui/ HTTP/1.1\r\n");
        get("/apiary");
        assertThat(dashboard.head()).startsWith("GET /ui/apiary HTTP/1.1\r\n");
        get("/stats/stream");
        assertThat(dashboard.head()).startsWith("GET /ui/stats/stream HTTP/1.1\r\n");
    }

    @Test
    void keepsItsOwnCalls() throws Exception {
        assertThat(get("/lb-health").body()).isEqualTo("{\"status\":\"up\"}");
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/stats").body()).contains("\"service\":\"ingress\"");
        assertThat(get("/metrics").body()).contains("sluice_ingress");
        assertThat(problem(get("/requests/x"))).isEqualTo("400 bad_request_id");
        assertThat(problem(rig.post(ingress, "/queue/nope/api/x", "a")))
                .isEqualTo("404 unknown_pool");
        assertThat(problem(get("/api/ws-heartbeat"))).isEqualTo("426 upgrade_required");
    }

    @Test
    void saysWhetherTheLogIsWithinReach() throws Exception {
        // the broker answers within two seconds, or it says that it does not
        var ready = await().until(() -> get("/lb-health?ready"), a -> a.statusCode() == 200);
        assertThat(ready.body())
                .isEqualTo(
                        "{\"status\":\"ready\",\"log\":\"reachable\",\"results\":\"reachable\"}");
    }

    @Test
    void tellsTheServiceOfTheClientAndAddsNothingElse() throws Exception {
        String answer =
                Wire.exchange(
                        ingress,
                        request(
                                "GET /api/x",
                                "Connection: X-Private",
                                "X-Private: 1",
                                "Keep-Alive: 5",
                                "TE: trailers",
                                "Proxy-Authorization: Basic eA==",
                                "Forwarded: for=evil",
                                "X-Forwarded-For: 6.6.6.6",
                                "X-Forwarded-Proto: https",
                                "X-Real-IP: 6.6.6.6",
                                "Cookie: a=1",
                                "Authorization: Bearer t"));
        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(api.head().lines())
                .containsExactlyInAnyOrder(
                        "GET /api/x HTTP/1.1",
                        "Host: front.example",
                        "Cookie: a=1",
                        "Authorization: Bearer t",
                        "Via: 1.1 sluice",
                        "Forwarded: for=127.0.0.1;host=\"front.example\";proto=http",
                        "X-Forwarded-For: 127.0.0.1",
                        "X-Forwarded-Proto: http",
                        "X-Forwarded-Host: front.example",
                        "");
    }

    @Test
    void believesProxiesInFrontWhereItShould() throws Exception {
        try (var trusting =
                rig.ingress(
                        "lb.hosts", "front.example",
                        "api.gateway-url", api.url(),
                        "lb.trust-forwarded", "true")) {
            Wire.exchange(
                    trusting,
                    request(
                            "GET /api/x",
                            "Forwarded: for=192.0.2.1;proto=https",
                            "X-Forwarded-For: 192.0.2.1",
                            "X-Forwarded-Proto: https",
                            "Via: 1.1 edge"));
        }
        assertThat(api.head().lines())
                .contains(
                        "Forwarded: for=192.0.2.1;proto=https,"
                                + " for=127.0.0.1;host=\"front.example\";proto=http",
                        "X-Forwarded-For: 192.0.2.1, 127.0.0.1",
                        "X-Forwarded-Proto: https",
                        "Via: 1.1 edge, 1.1 sluice");
    }

    @Test
    void putsTheServicesHostAndKeepsCredentialsBackWhereTheRouteSaysSo() throws Exception {
        get("/other/x", "Authorization", "Bearer t", "Cookie", "a=1", "Sluice-Anything", "1");
        String head = other.head();
        assertThat(head)
                .contains("Host: " + other.url().substring("http://".length()) + "\r\n")
                .contains("Sluice-Anything: 1\r\n");
        assertThat(head.toLowerCase(Locale.ROOT)).doesNotContain("authorization", "cookie");
    }

    @Test
    void givesTheAnswerAsItIs() throws Exception {
        String answer = Wire.exchange(ingress, request("GET /api/fields"));
        assertThat(answer.lines())
                .contains(
                        "Server: theirs",
                        "Date: Sun, 01 Jan 2023 00:00:00 GMT",
                        "Set-Cookie: a=1",
                        "Set-Cookie: b=2",
                        "Content-Encoding: gzip",
                        "Content-Length: 3");
        assertThat(answer).doesNotContain("X-Hop", "Keep-Alive").endsWith("\u001f\u008b!");
        assertThat(answer.split("Date:", -1)).hasSize(2);
        api.head();
        get("/api/x");
        assertThat(api.head()).doesNotContain("Cookie");
    }

    @Test
    void givesAnswersWithoutABodyAsTheyAre() throws Exception {
        assertThat(Wire.exchange(ingress, request("GET /api/nothing")))
                .startsWith("HTTP/1.1 204 ")
                .endsWith("\r\n\r\n");
        assertThat(Wire.exchange(ingress, request("GET /api/nothing-of-four")))
                .startsWith("HTTP/1.1 204 ")
                .doesNotContain("Content-Length", "EVIL")
                .endsWith("\r\n\r\n");
        assertThat(Wire.exchange(ingress, request("GET /api/same")))
                .startsWith("HTTP/1.1 304 ")
                .contains("ETag: \"a\"")
                .endsWith("\r\n\r\n");
        assertThat(Wire.exchange(ingress, request("HEAD /api/head")))
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-Length: 1234\r\n")
                .endsWith("\r\n\r\n");
        assertThat(Wire.exchange(ingress, request("GET /api/away")))
                .startsWith("HTTP/1.1 302 ")
                .contains("Location: /x\r\n");
        assertThat(Wire.exchange(ingress, request("GET /api/hints")))
                .startsWith("HTTP/1.1 103 Early Hints\r\n")
                .contains("Link: </a.css>", "HTTP/1.1 200 OK\r\n");
    }

    @Test
    void passesEventsOnOneByOneInBothDirections() throws Exception {
        try (var client = new Wire(ingress)) {
            client.say(
                    "POST /api/events HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n").contains("event-stream");
            for (int i = 0; i < 3; i++) {
                client.say("1\r\nx\r\n");
                assertThat(client.read(14)).contains("data: x");
            }
        }
    }

    @Test
    void waitsForTheServiceToWantTheBody() throws Exception {
        try (var client = new Wire(ingress)) {
            client.say(request("POST /api/continue", "Content-Length: 5", "Expect: 100-continue"));
            assertThat(client.head()).startsWith("HTTP/1.1 100 Continue\r\n");
            client.say("hello");
            assertThat(client.rest()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("ok");
        }
        try (var client = new Wire(ingress)) {
            client.say(request("POST /api/refuse", "Content-Length: 5", "Expect: 100-continue"));
            assertThat(client.rest())
                    .startsWith("HTTP/1.1 417 Expectation Failed\r\n")
                    .endsWith("no");
        }
    }

    @Test
    void sendsBodiesAsTheyCame() throws Exception {
        String sent =
                Wire.exchange(ingress, request("PUT /api/body", "Content-Length: 5") + "12345");
        assertThat(sent).endsWith("\r\n\r\n12345");
        assertThat(api.head()).contains("Content-Length: 5\r\n").doesNotContain("Content-Type");
        Wire.exchange(ingress, request("GET /api/x", "Content-Type: text/plain"));
        assertThat(api.head()).doesNotContain("Transfer-Encoding");
        Wire.exchange(ingress, request("POST /api/x", "Content-Length: 0"));
        assertThat(api.head()).contains("Content-Length: 0\r\n");
    }

    @Test
    void saysWhichServiceDidNotAnswerAndWhy() throws Exception {
        var refused = get("/nobody/x");
        assertThat(problem(refused)).isEqualTo("502 upstream_failed");
        assertThat(refused.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        assertThat(refused.body()).contains("'nobody'").doesNotContain("127.0.0.1");
        try (var hasty =
                rig.ingress("api.gateway-url", api.url(), "lb.proxy-idle-timeout-ms", "1000")) {
            assertThat(problem(rig.get(hasty, "/api/silent"))).isEqualTo("504 upstream_timeout");
        }
        assertThat(problem(get("/api/garbage"))).isEqualTo("502 upstream_failed");
        var missing = get("/blog/x");
        assertThat(problem(missing)).isEqualTo("503 upstream_not_configured");
        assertThat(missing.body()).contains("set BLOG_SERVICE_URL");
        assertThat(
                        Wire.exchange(
                                ingress,
                                request(
                                        "GET /api/ws",
                                        "Connection: Upgrade",
                                        "Upgrade: websocket",
                                        "Sec-WebSocket-Version: 13",
                                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")))
                .startsWith("HTTP/1.1 501 ")
                .contains("websocket_not_proxied");
    }

    @Test
    void cutsAnAnswerThatBreaksOff() throws Exception {
        assertThat(Wire.exchange(ingress, request("GET /api/breaks")))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Content-Length: 10\r\n")
                .endsWith("\r\n\r\nhalf");
        assertThat(Wire.exchange(ingress, request("GET /api/breaks-chunks")))
                .contains("half")
                .doesNotContain("\r\n0\r\n");
        assertThatThrownBy(() -> get("/api/breaks-chunks")).isInstanceOf(IOException.class);
    }

    @Test
    void endsTheExchangeWithTheServiceWhenTheClientHasGone() throws Exception {
        try (var client = new Wire(ingress)) {
            client.say("GET /api/endless HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n");
        }
        assertThat(script.abandoned.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void blamesTheClientForABodyThatDoesNotCome() throws Exception {
        try (var strict =
                        rig.ingress("api.gateway-url", api.url(), "lb.data-rate-grace-ms", "1000");
                var client = new Wire(strict)) {
            client.say("POST /api/body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nx");

            assertThat(client.rest()).startsWith("HTTP/1.1 408 ").contains("body_too_slow");
        }
    }

    @Test
    void endsTheExchangeWithASilentServiceWhenTheClientHasGone() throws Exception {
        try (var patient =
                rig.ingress("api.gateway-url", api.url(), "lb.proxy-idle-timeout-ms", "600000")) {
            try (var client = new Wire(patient)) {
                client.say("GET /api/silent-told HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(api.head()).contains("silent-told");
            }
            assertThat(script.left.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void boundsTheConnectionsToAServiceAndTheRequestsThatWait() throws Exception {
        try (var narrow =
                        rig.ingress(
                                "lb.hosts", "*.example",
                                "api.gateway-url", api.url(),
                                "lb.proxy-max-connections", "1",
                                "lb.proxy-max-waiting", "1",
                                "lb.proxy-connect-timeout-ms", "3000");
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                var first = new Wire(narrow);
                var second = new Wire(narrow)) {
            first.say(request("GET /api/hang"));
            assertThat(first.head()).startsWith("HTTP/1.1 200 OK\r\n");
            second.say(request("GET /api/x"));
            var third = threads.submit(() -> Wire.exchange(narrow, request("GET /api/x")));
            var fourth = threads.submit(() -> Wire.exchange(narrow, request("GET /api/x")));
            assertThat(second.rest() + third.get() + fourth.get())
                    .contains("504 ", "upstream_connect_timeout", "503 ", "upstream_busy");
        }
    }

    @Test
    void sendsPathsAsTheyWereWrittenAndRefusesThoseThatLeadElsewhere() throws Exception {
        for (String path : new String[] {"/a%2Fb", "/a|b?{x}", "//host/x?a=//b", "/a;b=c"}) {
            assertThat(Wire.exchange(ingress, request("GET /api" + path)))
                    .as(path)
                    .startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(api.head()).as(path).startsWith("GET /api" + path + " HTTP/1.1\r\n");
        }
        assertThat(Wire.exchange(ingress, request("GET //evil.example/x")))
                .startsWith("HTTP/1.1 200 OK\r\n");
        for (String path : new String[] {"/api/../x", "/api/%2e%2E/x", "/api/./x", "/api/%zz"}) {
            assertThat(Wire.exchange(ingress, request("GET " + path)))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("application/problem+json");
        }
    }
}
