package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.WireRecord;
import dev.sluice.testkit.SharedBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class StatsServiceTest {

    static {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private static final PoolName POOL = new PoolName("stats");
    private static final RequestsTopic NORMAL = new RequestsTopic(POOL, Lane.NORMAL);
    private static final RequestsTopic HIGH = new RequestsTopic(POOL, Lane.HIGH);

    private final HttpClient client = HttpClient.newHttpClient();
    private final KafkaSettings kafka =
            new KafkaSettings(
                    Map.of("bootstrap.servers", SharedBroker.bootstrapServers()),
                    3,
                    (short) 1,
                    Duration.ofDays(7),
                    1_000_000,
                    Duration.ofDays(1));
    private final KafkaClients clients = new KafkaClients(kafka, "stats-test");

    @Test
    void tellsOfPoolsAndNodesWhatTheLogSays() throws Exception {
        try (var admin = clients.admin();
                var producer = clients.producer(Map.of())) {
            var topics = new TopicAdmin(admin, kafka);
            topics.ensureShared();
            topics.ensureRequests(NORMAL);
            topics.ensureRequests(HIGH);
            Instant now = InstantSource.system().instant();
            for (int i = 0; i < 6; i++) {
                send(producer, NORMAL.name(), 0, RequestCodec.encode(request(now)));
            }
            send(producer, HIGH.name(), 1, RequestCodec.encode(request(now)));
            put(producer, Topics.NODES, "gpu-a", node(now));
            put(producer, Topics.NODE_HEALTH, "gpu-a", health(now));
            // before the start: in the totals too, which are of the log
            result(producer, now, 0);

            try (var stats =
                    StatsService.start(
                            new StatsSettings(
                                    new HttpService.Listen("127.0.0.1", 0, "STATS_PORT"),
                                    Optional.empty(),
                                    1_000_000,
                                    Map.of("AUTH_SERVICE_URL", Optional.empty())),
                            kafka,
                            NanoClock.SYSTEM,
                            InstantSource.system())) {
                await().until(() -> get(stats, "/stats").get("caught_up").asBoolean());
                result(producer, now, 1);
                var lost = new Attempt("gpu-a", now.minusMillis(90), now, "timeout");
                send(
                        producer,
                        Topics.RESULTS,
                        0,
                        ResultsCodec.encode(
                                Results.bad(
                                        Results.id(NORMAL, 0, 2),
                                        Outcome.FAILED,
                                        Reason.TIMEOUT,
                                        now.minusSeconds(1),
                                        lost)));

                await().untilAsserted(() -> assertFigures(get(stats, "/stats")));
                // on a machine that stands still an answer does not wait for the round
                JsonNode answer =
                        await().until(
                                        () -> get(stats, "/stats"),
                                        a -> !a.path("services").isEmpty());
                Schema.check(answer);
                assertPage(stats);
                assertThat(answer.at("/totals/complete").asBoolean()).isTrue();
                assertThat(service(answer, "AUTH_SERVICE_URL").path("state").asString())
                        .isEqualTo("not_configured");
                assertStream(stats);
                assertThat(body(stats, "/stats/schema", 200)).contains("requests_per_second");
                assertThat(get(stats, "/stats/self").path("caught_up").asBoolean()).isTrue();
                await().untilAsserted(
                                () ->
                                        assertThat(body(stats, "/metrics", 200))
                                                .contains("sluice_pool_queued{")
                                                .contains("sluice_node_limit_used_ratio{"));
                assertThat(body(stats, "/health", 200)).contains("up");
                assertThat(body(stats, "/no-such-thing", 404))
                        .contains("urn:sluice:problem:not_found");
            }
        }
    }

    private static JsonNode service(JsonNode stats, String name) {
        for (JsonNode service : stats.path("services")) {
            if (service.path("name").asString().equals(name)) {
                return service;
            }
        }
        throw new AssertionError("no service " + name + " in " + stats);
    }

    /** Server-sent events: one at once, more as the seconds go by, each the same as the answer. */
    private void assertStream(StatsService stats) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(stats.url() + "/stats/stream")).build();
        var response = client.send(request, HttpResponse.BodyHandlers.ofLines());
        assertThat(response.headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/event-stream");
        try (var lines = response.body()) {
            var events = lines.filter(line -> !line.isEmpty()).limit(3).toList();
            assertThat(events).hasSize(3).allMatch(line -> line.startsWith("data: {"));
            for (String event : events) {
                Schema.check(ProtocolJson.mapper().readTree(event.substring("data: ".length())));
            }
        }
    }

    private static void assertFigures(JsonNode stats) {
        JsonNode pool = stats.get("pools").get(0);
        assertThat(pool.get("pool").asString()).isEqualTo("stats");
        assertThat(pool.get("accepted").asLong()).isEqualTo(7);
        assertThat(pool.get("queued").asLong()).isEqualTo(4);
        assertThat(pool.at("/queued_by_lane/normal").asLong()).isEqualTo(3);
        assertThat(pool.at("/queued_by_lane/high").asLong()).isEqualTo(1);
        assertThat(pool.at("/queued_by_lane/low").asLong()).isZero();
        assertThat(pool.get("done").asLong()).isEqualTo(3);
        assertThat(pool.get("succeeded").asLong()).isEqualTo(2);
        assertThat(pool.get("failed").asLong()).isEqualTo(1);
        assertThat(pool.get("expired").asLong()).isZero();
        assertThat(pool.at("/failures/timeout").asLong()).isEqualTo(1);
        assertThat(pool.get("throughput_per_second").asDouble()).isEqualTo(0.05);
        // four at 60 a minute; some 400 bytes of records at 1,000 a minute take longer
        assertThat(pool.at("/drain_seconds/at_limits").asDouble()).isGreaterThanOrEqualTo(4.0);
        assertThat(pool.at("/drain_seconds/at_throughput").asDouble()).isEqualTo(80.0);
        assertThat(pool.get("in_flight").isNull()).isTrue();
        assertThat(pool.at("/wait_ms/count").asLong()).isEqualTo(3);
        assertThat(pool.at("/service_ms/p50").asLong()).isBetween(40L, 60L);
        JsonNode node = stats.get("nodes").get(0);
        assertThat(node.get("id").asString()).isEqualTo("gpu-a");
        assertThat(node.at("/health/state").asString()).isEqualTo("healthy");
        assertThat(node.at("/health/reason").asString()).isEqualTo("status 200");
        assertThat(node.at("/limits/rpm").asInt()).isEqualTo(60);
        assertThat(node.at("/last_minute/requests").asLong()).isEqualTo(3);
        assertThat(node.at("/last_minute/bytes").asLong()).isEqualTo(210);
        assertThat(node.at("/last_minute/errors").asLong()).isEqualTo(1);
        assertThat(node.at("/limit_used/rpm").asDouble()).isEqualTo(0.05);
        assertThat(node.at("/limit_used/bpm").asDouble()).isEqualTo(0.21);
        assertThat(node.get("results").asLong()).isEqualTo(3);
        assertThat(node.get("errors").asLong()).isEqualTo(1);
    }

    private static RequestEvent request(Instant at) {
        return new RequestEvent(
                new Nonce(1),
                POOL,
                at,
                "POST",
                "/",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Body.of(new byte[100]));
    }

    private static RegisteredNode node(Instant at) {
        var spec =
                new NodeSpec(
                        "gpu-a",
                        POOL,
                        URI.create("http://127.0.0.1:9001"),
                        60,
                        1_000,
                        8,
                        Optional.empty());
        return new RegisteredNode(spec, RegisteredNode.Origin.FILE, at);
    }

    private static NodeHealth health(Instant at) {
        return new NodeHealth(
                "gpu-a", NodeHealth.State.HEALTHY, at, at.minusSeconds(9), 3, "status 200", 60_000);
    }

    /** A request of 100 bytes that waited a second and took 50 ms. */
    private static void result(Producer<byte[], byte[]> producer, Instant now, long offset)
            throws Exception {
        var attempt = new Attempt("gpu-a", now.minusMillis(50), now, "200");
        var result =
                Results.good(Results.id(NORMAL, 0, offset), now.minusMillis(1_050), 100, attempt);
        send(producer, Topics.RESULTS, 0, ResultsCodec.encode(result));
    }

    private static void send(
            Producer<byte[], byte[]> producer, String topic, int partition, WireRecord record)
            throws Exception {
        producer.send(WireRecords.toKafka(topic, partition, record)).get();
    }

    private static void put(
            Producer<byte[], byte[]> producer, String topic, String key, Object value)
            throws Exception {
        byte[] json = ProtocolJson.encode(value).bytes();
        producer.send(new ProducerRecord<>(topic, 0, key.getBytes(StandardCharsets.UTF_8), json))
                .get();
    }

    private JsonNode get(StatsService stats, String path) throws Exception {
        return ProtocolJson.mapper().readTree(body(stats, path, 200));
    }

    private String body(StatsService stats, String path, int status) throws Exception {
        HttpResponse<String> response =
                client.send(
                        HttpRequest.newBuilder(URI.create(stats.url() + path)).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(status);
        return response.body();
    }

    /** The page, and all that it needs, come from here and nowhere else. */
    private void assertPage(StatsService stats) throws Exception {
        HttpResponse<String> page = fetch(stats, "/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).matches("text/html; ?charset=utf-8"));
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'"));
        var parts =
                Pattern.compile("(?:href|src)=\"([^\"]+)\"")
                        .matcher(page.body())
                        .results()
                        .map(part -> part.group(1))
                        .toList();
        assertThat(parts).hasSize(2);
        for (String part : parts) {
            HttpResponse<String> file = fetch(stats, "/" + part);
            assertThat(file.statusCode()).as(part).isEqualTo(200);
            assertThat(file.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/"));
        }
    }

    private HttpResponse<String> fetch(StatsService stats, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(stats.url() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
