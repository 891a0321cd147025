package dev.sluice.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.monitor.health.CheckRules;
import dev.sluice.monitor.urls.AllowedUrls;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.Topics;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.TestBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class MonitorServiceTest {

    static {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @TempDir private Path dir;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<FakeNode> fakes = new ArrayList<>();
    private TestBroker broker;
    private Path file;

    @BeforeEach
    void start() {
        broker = TestBroker.in(dir.resolve("kafka"));
        file = dir.resolve("nodes.yaml");
    }

    @AfterEach
    void stop() {
        fakes.forEach(FakeNode::close);
        broker.close();
    }

    @Test
    void aNodeThatGoesDownAndUpIsSeenToDoSo() throws Exception {
        FakeNode node = fake();
        writeFile(Map.of("gpu-a", node.uri()), 600);
        try (var monitor = monitor()) {
            await().untilAsserted(
                            () -> {
                                JsonNode seen = node(monitor, "gpu-a");
                                assertThat(seen.at("/health/state").asString())
                                        .isEqualTo("healthy");
                                assertThat(seen.at("/health/reason").asString())
                                        .isEqualTo("status 200");
                                assertThat(seen.get("origin").asString()).isEqualTo("file");
                                assertThat(seen.get("pool").asString()).isEqualTo("default");
                                assertThat(seen.get("max_in_flight").asInt()).isEqualTo(32);
                                assertThat(seen.has("credential")).isFalse();
                            });
            String healthySince = node(monitor, "gpu-a").at("/health/since").asString();
            assertThat(metrics(monitor)).contains("sluice_node_healthy{node=\"gpu-a\"");

            node.healthy(false);
            await().until(() -> state(monitor, "gpu-a").equals("unhealthy"));
            assertThat(node(monitor, "gpu-a").at("/health/reason").asString())
                    .isEqualTo("status 503");
            assertThat(Instant.parse(node(monitor, "gpu-a").at("/health/since").asString()))
                    .isAfter(Instant.parse(healthySince));

            node.stop();
            await().until(
                            () ->
                                    node(monitor, "gpu-a")
                                            .at("/health/reason")
                                            .asString()
                                            .equals("connection refused"));
            node.start();
            node.healthy(true);
            await().until(() -> state(monitor, "gpu-a").equals("healthy"));
            await().until(() -> get(monitor, "/stats").get("healthy").asInt() == 1);
        }
    }

    @Test
    void twoMonitorsShareTheNodesAndOneTakesOverWhatTheOtherLeaves() throws Exception {
        var uris = new TreeMap<String, URI>();
        for (int i = 0; i < 12; i++) {
            uris.put("node-" + i, fake().uri());
        }
        writeFile(uris, 600);
        String since;
        try (var first = monitor()) {
            await().until(() -> checking(first).size() == 12);
            try (var second = monitor()) {
                await().untilAsserted(
                                () -> {
                                    assertThat(checking(first)).isNotEmpty();
                                    assertThat(checking(second))
                                            .isNotEmpty()
                                            .doesNotContainAnyElementsOf(checking(first));
                                    assertThat(checking(first).size() + checking(second).size())
                                            .isEqualTo(12);
                                });
                await().until(() -> state(first, "node-0").equals("healthy"));
                since = node(first, "node-0").at("/health/since").asString();
            }
            await().until(() -> checking(first).size() == 12);
        }
        // a later monitor takes up what was known
        try (var third = monitor()) {
            List<Integer> before = fakes.stream().map(FakeNode::healthChecks).toList();
            await().until(() -> checking(third).size() == 12);
            await().until(
                            () ->
                                    IntStream.range(0, fakes.size())
                                            .allMatch(
                                                    i ->
                                                            fakes.get(i).healthChecks()
                                                                    > before.get(i)));
            assertThat(node(third, "node-0").at("/health/since").asString()).isEqualTo(since);
        }
    }

    @Test
    void aChangedFileIsAppliedAndABadOneLeavesTheNodesAsTheyAre() throws Exception {
        writeFile(Map.of("gpu-a", fake().uri(), "gpu-b", fake().uri()), 600);
        try (var monitor = monitor()) {
            await().until(() -> state(monitor, "gpu-b").equals("healthy"));

            writeFile(Map.of("gpu-a", fakes.getFirst().uri()), 60);
            await().untilAsserted(
                            () -> {
                                assertThat(ids(monitor)).containsExactly("gpu-a");
                                assertThat(node(monitor, "gpu-a").get("rpm").asInt()).isEqualTo(60);
                                assertThat(healthInTheLog()).containsOnlyKeys("gpu-a");
                            });

            Files.writeString(file, "nodes:\n  - id: gpu-a\n    rpm: 0\n");
            await().untilAsserted(
                            () ->
                                    assertThat(get(monitor, "/stats").at("/nodes_file/problems"))
                                            .hasSize(4));
            assertThat(node(monitor, "gpu-a").get("rpm").asInt()).isEqualTo(60);
            assertThatThrownBy(this::monitor)
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("nodes[0] (gpu-a): rpm must be a whole number")
                    .hasMessageContaining("nodes[0] (gpu-a): url is missing");
        }
    }

    @Test
    void aFileThatHasNotChangedLeavesChangesMadeAtRunTime() throws Exception {
        FakeNode node = fake();
        writeFile(Map.of("gpu-a", node.uri(), "gpu-b", node.uri()), 600);
        try (var monitor = monitor()) {
            await().until(() -> ids(monitor).size() == 2);
        }
        var tuned =
                new NodeSpec(
                        "gpu-a", PoolName.DEFAULT, node.uri(), 7, 50_000_000, 32, Optional.empty());
        atRunTime("gpu-a", Optional.of(tuned));
        atRunTime("gpu-b", Optional.empty());

        try (var monitor = monitor()) {
            assertThat(ids(monitor)).containsExactly("gpu-a");
            assertThat(node(monitor, "gpu-a").get("rpm").asInt()).isEqualTo(7);
            assertThat(node(monitor, "gpu-a").get("origin").asString()).isEqualTo("api");
        }
    }

    @Test
    void aNodesFileThatIsNotThereStopsTheStart() {
        assertThatThrownBy(this::monitor)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("nodes.yaml has 1 problem")
                .hasMessageContaining("cannot be read");
    }

    private MonitorService monitor() throws StartException {
        var settings =
                new MonitorSettings(
                        new HttpService.Listen("127.0.0.1", 0, "MONITOR_PORT"),
                        Optional.empty(),
                        Optional.of(file),
                        AllowedUrls.NONE,
                        new CheckRules(400, 1, 2),
                        10_000, // no check of these tests fails because the machine is slow
                        Optional.empty());
        return MonitorService.start(settings, kafka(), NanoClock.SYSTEM, InstantSource.system());
    }

    private KafkaSettings kafka() {
        return new KafkaSettings(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                4,
                (short) 1,
                Duration.ofDays(7),
                1_000_000,
                Duration.ofDays(1));
    }

    private FakeNode fake() {
        FakeNode node = FakeNode.echo();
        fakes.add(node);
        return node;
    }

    private void writeFile(Map<String, URI> nodes, int rpm) throws IOException {
        var yaml = new StringBuilder("nodes:\n");
        nodes.forEach(
                (id, uri) ->
                        yaml.append("  - id: " + id + "\n    url: " + uri + "\n    rpm: " + rpm)
                                .append("\n    bpm: 50000000\n    max_in_flight: 32\n"));
        // at once, as an editor or a config map does it
        Path next = Files.writeString(dir.resolve("next.yaml"), yaml);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private void atRunTime(String id, Optional<NodeSpec> spec) throws Exception {
        try (var producer = new KafkaClients(kafka(), "test").producer(Map.of())) {
            byte[] value =
                    spec.map(s -> new RegisteredNode(s, RegisteredNode.Origin.API, Instant.EPOCH))
                            .map(node -> ProtocolJson.encode(node).bytes())
                            .orElse(null);
            byte[] key = id.getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(Topics.NODES, 0, key, value)).get();
        }
    }

    private Map<String, NodeHealth> healthInTheLog() throws StartException {
        var clients = new KafkaClients(kafka(), "test");
        try (var table =
                CompactedTable.open(clients, Topics.NODE_HEALTH, NodeHealth.class, () -> {})) {
            return Map.copyOf(table.values());
        }
    }

    private List<String> checking(MonitorService monitor) throws Exception {
        return texts(get(monitor, "/stats").get("checking"));
    }

    private List<String> ids(MonitorService monitor) throws Exception {
        return StreamSupport.stream(get(monitor, "/nodes").get("nodes").spliterator(), false)
                .map(node -> node.get("id").asString())
                .toList();
    }

    private JsonNode node(MonitorService monitor, String id) throws Exception {
        for (JsonNode node : get(monitor, "/nodes").get("nodes")) {
            if (node.get("id").asString().equals(id)) {
                return node;
            }
        }
        return ProtocolJson.mapper().createObjectNode();
    }

    private String state(MonitorService monitor, String id) throws Exception {
        return node(monitor, id).at("/health/state").asString("");
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asString).toList();
    }

    private JsonNode get(MonitorService monitor, String path) throws Exception {
        return ProtocolJson.mapper().readTree(body(monitor, path));
    }

    private String metrics(MonitorService monitor) throws Exception {
        return body(monitor, "/metrics");
    }

    private String body(MonitorService monitor, String path) throws Exception {
        HttpResponse<String> response =
                client.send(
                        HttpRequest.newBuilder(URI.create(monitor.url() + path)).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }
}
