package dev.sluice.ingress;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** What the integration tests stand on: settings, nodes, ingresses, and a client. */
final class Rig implements AutoCloseable {

    static {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    static final int SHARDS = 4;

    final HttpClient client = HttpClient.newHttpClient();
    final KafkaSettings kafka;
    final KafkaClients clients;
    private final Producer<byte[], byte[]> producer;

    Rig(String bootstrapServers) throws StartException {
        var settings =
                Settings.of(
                        Map.of(),
                        Map.of(
                                "kafka.bootstrap.servers",
                                bootstrapServers,
                                "sluice.shards",
                                Integer.toString(SHARDS)));
        this.kafka = KafkaSettings.read(settings, KafkaClients.knownKeys());
        this.clients = new KafkaClients(kafka, "test");
        this.producer = clients.producer(Map.of());
        try (var admin = clients.admin()) {
            new TopicAdmin(admin, kafka).ensureShared();
        }
    }

    static RequestsTopic normal(String pool) {
        return new RequestsTopic(new PoolName(pool), Lane.NORMAL);
    }

    AnsweringWorker echo(String pool) {
        return AnsweringWorker.echo(clients, normal(pool));
    }

    /** Puts a node that takes this much per minute; there is one a pool. */
    void node(String pool, int rpm, long bpm) throws ExecutionException, InterruptedException {
        var node =
                new RegisteredNode(
                        new NodeSpec(
                                "node-of-" + pool,
                                new PoolName(pool),
                                URI.create("http://127.0.0.1:1"),
                                rpm,
                                bpm,
                                10,
                                Optional.empty()),
                        RegisteredNode.Origin.API,
                        Instant.EPOCH);
        put("node-of-" + pool, ProtocolJson.encode(node).bytes());
    }

    void removeNode(String pool) throws ExecutionException, InterruptedException {
        put("node-of-" + pool, null);
    }

    private void put(String key, byte @org.jspecify.annotations.Nullable [] value)
            throws ExecutionException, InterruptedException {
        producer.send(
                        new ProducerRecord<>(
                                Topics.NODES, key.getBytes(StandardCharsets.UTF_8), value))
                .get();
    }

    IngressService ingress(String... keysAndValues) throws StartException {
        var over = new HashMap<String, String>();
        over.put("lb.port", "0");
        // what a broker in the same busy process takes is not what these tests are about
        over.put("lb.append-timeout-ms", "40000");
        over.put("lb.lookup-timeout-ms", "20000");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            over.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        var settings = Settings.of(Map.of(), over);
        var own = IngressSettings.read(settings, kafka);
        settings.check(Set.of());
        return IngressService.start(own, kafka, NanoClock.SYSTEM, InstantSource.system());
    }

    HttpResponse<String> post(IngressService ingress, String path, String body, String... headers)
            throws IOException, InterruptedException {
        return send(ingress, "POST", path, body, headers);
    }

    HttpResponse<String> get(IngressService ingress, String path, String... headers)
            throws IOException, InterruptedException {
        return send(ingress, "GET", path, "", headers);
    }

    HttpResponse<String> send(
            IngressService ingress, String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(ingress.url() + path))
                        .timeout(Duration.ofSeconds(60))
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> response) {
        return ProtocolJson.mapper().readTree(response.body());
    }

    /** The word of a problem, and its status in front. */
    static String problem(HttpResponse<String> response) {
        JsonNode problem = json(response);
        if (problem.path("status").asInt() != response.statusCode()) {
            throw new AssertionError("status differs: " + response.body());
        }
        return response.statusCode()
                + " "
                + problem.path("type").asString().replace("urn:sluice:problem:", "");
    }

    static RequestId id(HttpResponse<String> accepted) {
        return RequestId.parse(json(accepted).path("id").asString())
                .orElseThrow(() -> new AssertionError("no id: " + accepted.body()));
    }

    @Override
    public void close() {
        producer.close();
        client.close();
    }
}
