package dev.sluice.ingress;

import static dev.sluice.ingress.Rig.id;
import static dev.sluice.ingress.Rig.json;
import static dev.sluice.ingress.Rig.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.protocol.Body;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.testkit.TestBroker;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueuePathTest {

    private static final long MUCH = 1_000_000_000L;

    private TestBroker broker;
    private Rig rig;
    private IngressService ingress;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        broker = TestBroker.in(dir);
        rig = new Rig(broker.bootstrapServers());
        rig.node("default", 6_000, MUCH);
        rig.node("echo", 6_000, MUCH);
        rig.node("paths", 6_000, MUCH);
        rig.node("silent", 6_000, MUCH);
        rig.node("small", 6_000, 100);
        rig.node("slow", 1, MUCH);
        rig.node("brief", 6_000, MUCH);
        ingress =
                rig.ingress(
                        "lb.max-body-bytes", "100000",
                        "lb.max-header-bytes", "2000",
                        "queue.pools.slow.max-drain-seconds", "150",
                        "queue.pools.brief.max-bytes", "5000");
    }

    @AfterAll
    void stop() {
        ingress.close();
        rig.close();
        broker.close();
    }

    private RequestEvent seen(AnsweringWorker worker) throws InterruptedException {
        RequestEvent event = worker.seen().poll(10, TimeUnit.SECONDS);
        assertThat(event).as("a request in the log").isNotNull();
        return event;
    }

    @Test
    void acceptsARequestWithTheBrokersTimeAndAnIdThatLeadsToIt() throws Exception {
        Instant before = Instant.now().minusSeconds(1);
        var response = rig.post(ingress, "/", "hello");
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        RequestId id = id(response);
        assertThat(response.headers().firstValue("Location")).contains("/requests/" + id);
        assertThat(json(response).path("pool").asString()).isEqualTo("default");
        assertThat(json(response).path("status").asString()).isEqualTo("queued");
        Instant queuedAt = Instant.parse(json(response).path("queued_at").asString());
        assertThat(queuedAt).isBetween(before, Instant.now().plusSeconds(1));

        var status = rig.get(ingress, "/requests/" + id);
        assertThat(status.statusCode()).isEqualTo(200);
        assertThat(json(status).path("status").asString()).isEqualTo("queued");
        assertThat(json(status).path("queued_at").asString()).isEqualTo(queuedAt.toString());
        assertThat(json(status).path("priority").asString()).isEqualTo("normal");
        assertThat(json(status).has("finished_at")).isFalse();

        var none = rig.get(ingress, "/requests/" + id + "/response");
        assertThat(problem(none)).isEqualTo("409 not_finished");
        assertThat(none.headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void keepsMethodPathAndQueryAsTheClientSentThem() throws Exception {
        try (var worker = rig.echo("paths")) {
            var response =
                    rig.send(
                            ingress,
                            "PUT",
                            "/queue/paths/a%2Fb//c;v=1/%41?q=%20x&r",
                            "body",
                            "Content-Type",
                            "text/x-test",
                            "X-Mine",
                            "1",
                            "Authorization",
                            "Bearer secret",
                            "Cookie",
                            "a=b",
                            "Sluice-Attempt",
                            "7",
                            "traceparent",
                            "00-1-2-01");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
            RequestEvent event = seen(worker);
            assertThat(event.method()).isEqualTo("PUT");
            assertThat(event.target()).isEqualTo("/a%2Fb//c;v=1/%41?q=%20x&r");
            assertThat(event.contentType()).contains("text/x-test");
            assertThat(event.body().utf8()).isEqualTo("body");
            assertThat(event.headers())
                    .contains(new HttpHeader("X-Mine", "1"))
                    .contains(new HttpHeader("traceparent", "00-1-2-01"))
                    .noneMatch(h -> h.is("Authorization") || h.is("Cookie") || h.is("Host"))
                    .noneMatch(h -> h.name().startsWith("Sluice-"))
                    .noneMatch(h -> h.is("Content-Length") || h.is("Content-Type"));
        }
    }

    @Test
    void takesEveryMethodAndThePoolAlone() throws Exception {
        for (String method : List.of("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS")) {
            for (String path : List.of("/queue/silent", "/queue/silent/", "/queue/silent/x")) {
                var response = rig.send(ingress, method, path, "");
                assertThat(response.statusCode()).as(method + " " + path).isEqualTo(202);
            }
        }
    }

    @Test
    void refusesPathsThatCannotBeSentOnOrLeadElsewhere() throws Exception {
        for (String path :
                List.of(
                        "/..",
                        "/a/%2e%2e/b",
                        "/.%2E;x=1",
                        "/%2e",
                        "/%zz",
                        "/a%",
                        "/%2",
                        "/%1g/x")) {
            try (var socket =
                    new Socket(
                            java.net.InetAddress.getLoopbackAddress(),
                            URI.create(ingress.url()).getPort())) {
                String head =
                        "GET /queue/silent"
                                + path
                                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
                socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
                String answer =
                        new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer)
                        .as(path)
                        .startsWith("HTTP/1.1 400")
                        .contains("urn:sluice:problem:bad_");
            }
        }
    }

    @Test
    void answersOnTheSameConnectionWhenAskedToWait() throws Exception {
        try (var worker = rig.echo("echo")) {
            var response =
                    rig.post(
                            ingress,
                            "/queue/echo",
                            "ping",
                            "Prefer",
                            "respond-async, WAIT=\"20\"; x=y");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("ping");
            assertThat(response.headers().firstValue("Content-Type")).contains("text/plain");
            assertThat(response.headers().firstValue("Preference-Applied")).contains("wait=20");
            assertThat(response.headers().firstValue("Sluice-Node")).contains("node-1");
            assertThat(response.headers().firstValue("Sluice-Attempts")).contains("1");
            String id = response.headers().firstValue("Sluice-Request-Id").orElseThrow();
            var again = rig.get(ingress, "/requests/" + id + "/response");
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(again.body()).isEqualTo("ping");
            var head = rig.send(ingress, "HEAD", "/requests/" + id + "/response", "");
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.headers().firstValue("Content-Length")).contains("4");
            assertThat(seen(worker).headers()).contains(new HttpHeader("Prefer", "respond-async"));
        }
    }

    @Test
    void waitsNoLongerThanAskedAndNoLongerThanItMay() throws Exception {
        var response = rig.post(ingress, "/queue/silent", "x", "Prefer", "wait=1");
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("Preference-Applied")).contains("wait=1");
        var status = rig.get(ingress, "/requests/" + id(response) + "?wait=1");
        assertThat(json(status).path("status").asString()).isEqualTo("queued");
        for (String wait : List.of("-1", "x", "301", "99999999999")) {
            assertThat(problem(rig.get(ingress, "/requests/" + id(response) + "?wait=" + wait)))
                    .isEqualTo("400 bad_wait");
        }
    }

    @Test
    void givesTheNodesResponseByteForByteWithItsFields() throws Exception {
        var bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        var answer =
                new dev.sluice.protocol.Answer(
                        418,
                        List.of(
                                new HttpHeader("Content-Type", "image/x-odd"),
                                new HttpHeader("Set-Cookie", "a=1"),
                                new HttpHeader("Set-Cookie", "b=2"),
                                new HttpHeader("Connection", "X-Hop"),
                                new HttpHeader("X-Hop", "1"),
                                new HttpHeader("Transfer-Encoding", "chunked"),
                                new HttpHeader("Content-Length", "9"),
                                new HttpHeader("Sluice-Node", "forged")),
                        Body.of(bytes));
        var topic = new RequestsTopic(new PoolName("silent"), Lane.NORMAL);
        var accepted = rig.post(ingress, "/queue/silent", "x");
        try (var worker = new AnsweringWorker(rig.clients, topic, e -> Optional.empty())) {
            worker.write(AnsweringWorker.answered(id(accepted), Instant.EPOCH, answer));
        }
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        ingress.url()
                                                + "/requests/"
                                                + id(accepted)
                                                + "/response?wait=20"))
                        .build();
        HttpResponse<byte[]> response = rig.client.send(request, BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(418);
        assertThat(response.body()).isEqualTo(bytes);
        assertThat(response.headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
        assertThat(response.headers().allValues("Content-Type")).containsExactly("image/x-odd");
        assertThat(response.headers().allValues("Content-Length")).containsExactly("256");
        assertThat(response.headers().allValues("Sluice-Node")).containsExactly("node-1");
        assertThat(response.headers().firstValue("X-Hop")).isEmpty();
        var status = json(rig.get(ingress, "/requests/" + id(accepted)));
        assertThat(status.path("status").asString()).isEqualTo("failed");
        assertThat(status.path("http_status").asInt()).isEqualTo(418);
        assertThat(status.path("reason").asString()).isEqualTo("node_error");
        assertThat(status.path("wait_ms").asLong()).isEqualTo(10);
        assertThat(status.path("service_ms").asLong()).isEqualTo(20);
        assertThat(status.path("attempt_history").size()).isEqualTo(1);
    }

    @Test
    void refusesABodyThatIsTooLargeAnnouncedOrNot() throws Exception {
        String large = "x".repeat(100_001);
        var announced = rig.post(ingress, "/", large);
        assertThat(problem(announced)).isEqualTo("413 body_too_large");
        var chunked =
                HttpRequest.newBuilder(URI.create(ingress.url() + "/"))
                        .POST(BodyPublishers.ofInputStream(() -> stream(large)))
                        .build();
        assertThat(problem(rig.client.send(chunked, BodyHandlers.ofString())))
                .isEqualTo("413 body_too_large");
        var largest =
                HttpRequest.newBuilder(URI.create(ingress.url() + "/"))
                        .POST(BodyPublishers.ofInputStream(() -> stream(large.substring(1))))
                        .build();
        assertThat(rig.client.send(largest, BodyHandlers.ofString()).statusCode()).isEqualTo(202);
        // the nodes of this pool take 100 bytes a minute
        assertThat(problem(rig.post(ingress, "/queue/small", "x".repeat(101))))
                .isEqualTo("413 body_too_large");
        assertThat(rig.post(ingress, "/queue/small", "x".repeat(100)).statusCode()).isEqualTo(202);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void namesEachMistakeOfAClient() throws Exception {
        var unknown = rig.post(ingress, "/queue/nowhere/x", "x");
        assertThat(problem(unknown)).isEqualTo("404 unknown_pool");
        assertThat(json(unknown).path("detail").asString()).contains("default", "echo");
        assertThat(problem(rig.post(ingress, "/queue/", "x"))).isEqualTo("404 unknown_pool");
        assertThat(problem(rig.post(ingress, "/queue/No_Pool!/x", "x")))
                .isEqualTo("404 unknown_pool");
        assertThat(problem(rig.post(ingress, "/", "x", "Sluice-Priority", "urgent")))
                .isEqualTo("400 bad_priority");
        for (String deadline : List.of("0", "-1", "soon", "1e3", "99999999")) {
            assertThat(problem(rig.post(ingress, "/", "x", "Sluice-Deadline", deadline)))
                    .isEqualTo("400 bad_deadline");
        }
        assertThat(problem(rig.post(ingress, "/", "x", "X-Large", "y".repeat(2_000))))
                .isEqualTo("431 headers_too_large");
        assertThat(problem(rig.get(ingress, "/requests/a/b"))).isEqualTo("404 not_found");
        var wrong = rig.post(ingress, "/requests/x", "x");
        assertThat(problem(wrong)).isEqualTo("405 method_not_allowed");
        assertThat(wrong.headers().firstValue("Allow").orElse("")).contains("GET");
        assertThat(problem(rig.get(ingress, "/requests/garbage"))).isEqualTo("400 bad_request_id");
    }

    @Test
    void knowsOnlyRequestsThatWereAcceptedAndOnlyByTheirNonce() throws Exception {
        RequestId id = id(rig.post(ingress, "/queue/silent", "x"));
        String text = id.toString();
        String guessed = text.substring(0, text.length() - 1) + (text.endsWith("0") ? "1" : "0");
        String nonce = id.nonce().toString();
        for (String other :
                List.of(
                        guessed,
                        "silent.n0.999999." + nonce,
                        "silent.n999.0." + nonce,
                        "silent.h0.0." + nonce,
                        "nowhere.n0.0." + nonce)) {
            assertThat(problem(rig.get(ingress, "/requests/" + other)))
                    .as(other)
                    .isEqualTo("404 unknown_request");
            assertThat(rig.send(ingress, "HEAD", "/requests/" + other, "").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void makesALaneOnItsFirstUse() throws Exception {
        for (Lane lane : Lane.values()) {
            var response = rig.post(ingress, "/queue/silent", "x", "Sluice-Priority", lane.text());
            assertThat(response.statusCode()).isEqualTo(202);
            assertThat(id(response).position().topic().lane()).isEqualTo(lane);
            var status = rig.get(ingress, "/requests/" + id(response));
            assertThat(json(status).path("priority").asString()).isEqualTo(lane.text());
        }
    }

    @Test
    void saysExpiredAsSoonAsTheDeadlineHasPassed() throws Exception {
        var response = rig.post(ingress, "/queue/silent", "x", "Sluice-Deadline", "0.2");
        String path = "/requests/" + id(response);
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> json(rig.get(ingress, path)).path("status").asString(),
                        "expired"::equals);
        assertThat(problem(rig.get(ingress, path + "/response"))).isEqualTo("410 expired");
    }

    @Test
    void refusesWhatAFullQueueCannotTakeAndSaysWhen() throws Exception {
        // one request a minute and 150 seconds: two fit
        untilAccepted("/queue/slow", "x");
        untilAccepted("/queue/slow", "x");
        await().untilAsserted(
                        () -> {
                            var full = rig.post(ingress, "/queue/slow", "x");
                            assertThat(problem(full)).isEqualTo("429 queue_full");
                            assertThat(full.headers().firstValue("Retry-After")).contains("30");
                            assertThat(json(full).path("limit").asString())
                                    .isEqualTo("max-drain-seconds");
                        });

        String body = "x".repeat(2_000);
        untilAccepted("/queue/brief", body);
        untilAccepted("/queue/brief", body);
        var full = rig.post(ingress, "/queue/brief", body);
        assertThat(problem(full)).isEqualTo("429 queue_full");
        assertThat(json(full).path("limit").asString()).isEqualTo("max-bytes");
        assertThat(full.headers().firstValue("Retry-After")).contains("1");
    }

    /**
     * A request on its way to the log while the log is looked at counts twice until the next look.
     */
    private void untilAccepted(String path, String body) {
        await().until(() -> rig.post(ingress, path, body).statusCode(), status -> status == 202);
    }

    @Test
    void followsTheNodesTopic() throws Exception {
        rig.node("new", 60, MUCH);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> rig.post(ingress, "/queue/new", "x").statusCode(), s -> s == 202);
        rig.removeNode("new");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> rig.post(ingress, "/queue/new", "x").statusCode(), s -> s == 404);
    }

    @Test
    void tellsHowItIs() throws IOException, InterruptedException {
        rig.post(ingress, "/", "x");
        for (String path : List.of("/lb-health", "/health")) {
            assertThat(json(rig.get(ingress, path)).path("status").asString()).isEqualTo("up");
        }
        var stats = json(rig.get(ingress, "/lb-stats"));
        assertThat(stats.at("/pools/default/queued").asLong()).isPositive();
        assertThat(stats.at("/queue_requests/accepted").asLong()).isPositive();
        assertThat(stats.at("/waiters").isNumber()).isTrue();
        String metrics = rig.get(ingress, "/metrics").body();
        assertThat(metrics)
                .containsPattern(
                        "sluice_ingress_requests_total\\{outcome=\"accepted\",pool=\"default\"")
                .containsPattern("sluice_ingress_queued\\{pool=\"default\"")
                .contains("sluice_ingress_append_seconds_count", "sluice_ingress_waiters");
    }
}
