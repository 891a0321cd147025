package dev.sluice.ingress;

import static dev.sluice.ingress.Rig.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.protocol.ResponseTimes;
import dev.sluice.testkit.SharedBroker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What one ingress says of its traffic, and whom it asks for that of all. */
class OwnFiguresTest {

    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = new Rig(SharedBroker.bootstrapServers());
        rig.node("default", 600, 1_000_000);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void queuedAndApiRequestsCountAndHeartbeatsDoNot() throws Exception {
        try (IngressService ingress = rig.ingress("stats.url", "http://127.0.0.1:1")) {
            JsonNode idle = json(rig.get(ingress, "/lb-stats"));
            assertThat(idle.path("has_real_traffic").asBoolean(true)).isFalse();

            assertThat(rig.post(ingress, "/", "x").statusCode()).isEqualTo(202);
            assertThat(rig.post(ingress, "/queue/no-such-pool/x", "x").statusCode()).isEqualTo(404);
            rig.get(ingress, "/api/x");
            rig.get(ingress, "/api/x", "X-Heartbeat", "true");
            rig.send(ingress, "HEAD", "/api/x", "");
            rig.get(ingress, "/lb-health");
            rig.get(ingress, "/requests/x");

            JsonNode busy = json(rig.get(ingress, "/lb-stats"));
            assertThat(busy.path("requests").asInt()).as(busy::toString).isEqualTo(2);
            assertThat(busy.path("requests_per_second").asDouble()).isEqualTo(0.2);
            assertThat(busy.path("mean_response_time_ms").asDouble()).isPositive();
            assertThat(busy.path("has_real_traffic").asBoolean()).isTrue();
            assertThat(busy.at("/statuses/2xx").asInt()).isEqualTo(1);
            assertThat(ResponseTimes.decode(busy.path("histogram").asString()).getTotalCount())
                    .isEqualTo(2);

            // nobody adds them up: these figures, and why
            JsonNode stats = json(rig.get(ingress, "/stats"));
            assertThat(stats.path("requests").asInt()).isEqualTo(2);
            assertThat(stats.path("aggregated").asBoolean(true)).isFalse();
            assertThat(stats.path("reason").asString()).contains("unreachable");
        }
    }

    @Test
    void aRequestWhoseClientWaitsForTheResultCountsWhenItIsAccepted() throws Exception {
        try (IngressService ingress = rig.ingress()) {
            var waiting =
                    rig.client.sendAsync(
                            java.net.http.HttpRequest.newBuilder(
                                            java.net.URI.create(ingress.url() + "/"))
                                    .header("Prefer", "wait=25")
                                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString("x"))
                                    .build(),
                            java.net.http.HttpResponse.BodyHandlers.ofString());
            JsonNode before =
                    await().until(
                                    () -> json(rig.get(ingress, "/lb-stats")),
                                    stats -> stats.path("requests").asInt() == 1);
            assertThat(waiting.isDone()).isFalse(); // no worker takes it
            try (var _ = rig.echo("default")) {
                assertThat(waiting.get().statusCode()).isEqualTo(200);
            }
            JsonNode after = json(rig.get(ingress, "/lb-stats"));
            assertThat(after.path("requests").asInt()).isEqualTo(1);
            assertThat(after.path("mean_response_time_ms"))
                    .isEqualTo(before.path("mean_response_time_ms"));
        }
    }

    @Test
    void statsAreTheAggregatorsWordForWordOrOwnFiguresWhenItTakesTooLong() throws Exception {
        var hold = new CountDownLatch(1);
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            server.setExecutor(threads);
            server.createContext(
                    "/stats",
                    exchange -> {
                        byte[] json = "{\"of_all\":7}".getBytes(StandardCharsets.UTF_8);
                        exchange.sendResponseHeaders(200, json.length);
                        exchange.getResponseBody().write(json);
                        exchange.close();
                    });
            server.createContext(
                    "/slow/stats",
                    exchange -> {
                        try {
                            hold.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        exchange.close();
                    });
            server.start();
            String base = "http://127.0.0.1:" + server.getAddress().getPort();
            try (IngressService ingress = rig.ingress("stats.url", base)) {
                // the first of all may be later than the 2.5 s that it is waited for
                await().until(() -> rig.get(ingress, "/stats").body(), "{\"of_all\":7}"::equals);
            }
            try (IngressService ingress = rig.ingress("stats.url", base + "/slow/")) {
                long begun = System.nanoTime();
                JsonNode stats = json(rig.get(ingress, "/stats"));
                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .isLessThan(Duration.ofSeconds(15));
                assertThat(stats.path("aggregated").asBoolean(true)).isFalse();
                assertThat(stats.path("reason").asString()).contains("time");
            } finally {
                hold.countDown(); // its thread is waited for
            }
        } finally {
            server.stop(0);
        }
    }
}
