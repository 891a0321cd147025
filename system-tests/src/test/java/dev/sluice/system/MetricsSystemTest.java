package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.protocol.ProtocolJson;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What all services show at {@code /metrics}, and whether those who read it find it there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsSystemTest {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String TOKEN = "metrics-test-token";
    private static final Path DOCS = Path.of("..", "docs");

    /** Labels that Prometheus adds, and those of the buckets. */
    private static final Set<String> PROMETHEUS_LABELS = Set.of("job", "instance", "le");

    private static final Set<String> OUR_LABELS =
            Set.of(
                    "service",
                    "pool",
                    "lane",
                    "node",
                    "outcome",
                    "reason",
                    "result",
                    "state",
                    "limit",
                    "shard",
                    "upstream",
                    "status",
                    "method",
                    "route",
                    "le");

    private static final Pattern OURS = Pattern.compile("(sluice|http_server)_\\w+");

    @TempDir static Path dir;

    private final List<AutoCloseable> parts = new ArrayList<>();
    private Fleet fleet;
    private Exposition shown;

    /** A fleet that has done some of everything. */
    @BeforeAll
    void measureSomething() throws Exception {
        var broker = part(TestBroker.in(dir.resolve("broker")));
        var good = part(FakeNode.echo());
        var bad = part(FakeNode.fixed(500));
        var upstream = part(FakeNode.echo());
        Path nodes =
                new NodesYaml()
                        .node("good", "default", good, 60_000, 1_000_000, 8)
                        .node("bad", "poor", bad, 60_000, 1_000_000, 8)
                        .in(dir);
        var environment =
                Map.of(
                        "API_GATEWAY_URL",
                        upstream.uri().toString(),
                        "SLUICE_ADMIN_TOKEN",
                        TOKEN,
                        "WORKER_MAX_ATTEMPTS",
                        "1");
        fleet = part(Fleet.start(broker.bootstrapServers(), nodes, environment));
        Client ingress = fleet.ingress();
        await().atMost(SOON).until(() -> ingress.queue("/", "x") != null);
        String failed = ingress.queue("/queue/poor/secret-path-of-a-client", "y");
        assertThat(ingress.state(failed, 30).path("status").asString()).isEqualTo("failed");
        assertThat(ingress.response(ingress.queue("/", "z"), 30).statusCode()).isEqualTo(200);
        assertThat(ingress.get("/api/another-path-of-a-client").statusCode()).isEqualTo(200);
        ingress.get("/queue/no-such-pool/x");
        System.gc(); // or there may have been none to show
        await().atMost(SOON).untilAsserted(() -> assertEverythingIsCounted(read()));
        shown = read();
    }

    @AfterAll
    void close() throws Exception {
        for (AutoCloseable part : parts.reversed()) {
            part.close();
        }
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.add(part);
        return part;
    }

    private Exposition read() {
        return Exposition.of(fleet.services());
    }

    private static void assertEverythingIsCounted(Exposition now) {
        assertThat(now.sum("sluice_results_total", "pool", "default", "outcome", "succeeded"))
                .isEqualTo(2);
        assertThat(now.sum("sluice_results_total", "pool", "poor", "reason", "node_error"))
                .isEqualTo(1);
        assertThat(now.sum("sluice_attempts_seconds_count", "node", "good", "outcome", "2xx"))
                .isEqualTo(2);
        assertThat(now.sum("sluice_attempts_seconds_count", "node", "bad", "outcome", "5xx"))
                .isPositive();
        assertThat(now.sum("sluice_wait_seconds_count", "pool", "default", "lane", "normal"))
                .isEqualTo(2);
        assertThat(now.sum("sluice_proxy_requests_seconds_count", "status", "2xx")).isEqualTo(1);
        assertThat(now.sum("http_server_requests_seconds_count", "route", "/api/*")).isEqualTo(1);
        assertThat(now.sum("http_server_requests_seconds_count", "route", "/queue/*")).isEqualTo(2);
        assertThat(now.sum("sluice_node_healthy", "node", "good")).isEqualTo(1);
        assertThat(now.sum("sluice_gate_state", "node", "good", "state", "open")).isEqualTo(1);
        assertThat(now.sum("sluice_gatehouse_kept")).isEqualTo(2);
        assertThat(now.sum("sluice_worker_shards")).isEqualTo(12);
        assertThat(now.sum("sluice_worker_shards_gained_total")).isEqualTo(12);
        assertThat(now.values("sluice_worker_checkpoint_age_seconds", "shard")).hasSize(12);
        assertThat(now.sum("sluice_worker_leases_held"))
                .isEqualTo(now.sum("sluice_worker_workers"))
                .isPositive();
        assertThat(now.sum("sluice_pool_queued")).isZero();
        assertThat(now.values("sluice_pool_queued", "pool")).contains("default", "poor");
        assertThat(now.names()).contains("jvm_gc_pause_seconds_count");
    }

    @Test
    void namesAndUnitsAreThoseOfPrometheus() {
        shown.types()
                .forEach(
                        (name, type) -> {
                            if (!OURS.matcher(name).matches()) {
                                return;
                            }
                            assertThat(name).matches("[a-z][a-z0-9_]*");
                            assertThat(name.split("_"))
                                    .doesNotContain("ms", "millis", "milliseconds", "kb", "mb");
                            assertThat(shown.helps().get(name)).as(name).isNotBlank();
                            switch (type) {
                                case "counter" -> assertThat(name).endsWith("_total");
                                case "histogram" -> assertThat(name).endsWith("_seconds");
                                case "gauge" -> assertThat(name).doesNotEndWith("_total");
                                default -> throw new AssertionError(name + " is a " + type);
                            }
                        });
    }

    @Test
    void labelsAreOursAndNothingThatAClientSent() {
        for (Exposition.Sample sample : shown.samples()) {
            if (OURS.matcher(sample.name()).matches()) {
                assertThat(OUR_LABELS).containsAll(sample.labels().keySet());
                assertThat(sample.labels()).containsKey("service");
            }
            assertThat(sample.labels().toString())
                    .doesNotContain("path-of-a-client", "no-such-pool");
        }
        assertThat(shown.values("http_server_requests_seconds_count", "service"))
                .containsExactly("ingress", "monitor", "node-worker", "stats");
        assertThat(shown.values("kafka_producer_record_error_total", "service"))
                .contains("ingress", "monitor", "node-worker");
    }

    @Test
    void theDashboardShowsNothingThatIsNotThere() throws IOException {
        JsonNode dashboard =
                ProtocolJson.mapper()
                        .readTree(Files.readString(DOCS.resolve("grafana/sluice.json")));
        var expressions = new ArrayList<String>();
        for (JsonNode panel : dashboard.path("panels")) {
            if (panel.path("type").asString().equals("row")) {
                continue;
            }
            assertThat(panel.at("/datasource/uid").asString()).isEqualTo("${datasource}");
            assertThat(panel.path("description").asString()).as(panel::toString).isNotBlank();
            panel.path("targets").forEach(t -> expressions.add(t.path("expr").asString()));
        }
        assertThat(dashboard.path("id").isNull()).as("imports as a new one").isTrue();
        assertThat(expressions).hasSizeGreaterThan(20).allSatisfy(this::assertThere);
        assertThat(dashboard.at("/templating/list").valueStream().map(v -> v.path("name")))
                .extracting(JsonNode::asString)
                .containsExactly("datasource", "pool");
    }

    @Test
    void theAlertsAskForNothingThatIsNotThereAndSayWhatToDo() throws IOException {
        JsonNode file = new YAMLMapper().readTree(Files.readString(DOCS.resolve("alerts.yml")));
        var names = new ArrayList<String>();
        for (JsonNode group : file.path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                String name = rule.path("alert").asString();
                names.add(name);
                assertThere(rule.path("expr").asString());
                assertThat(rule.at("/labels/severity").asString()).as(name).isIn("page", "ticket");
                assertThat(rule.at("/annotations/summary").asString()).as(name).isNotBlank();
                assertThat(rule.at("/annotations/action").asString()).as(name).isNotBlank();
            }
        }
        assertThat(names).hasSizeGreaterThan(10).doesNotHaveDuplicates();
    }

    private void assertThere(String expression) {
        PromQl asked = PromQl.of(expression);
        assertThat(asked.metrics()).as(expression).isNotEmpty();
        var labels = new TreeSet<>(PROMETHEUS_LABELS);
        for (String metric : asked.metrics()) {
            if (!metric.equals("up")) { // Prometheus makes it
                assertThat(shown.names()).as(expression).contains(metric);
                labels.addAll(shown.labels(metric));
            }
        }
        assertThat(labels).as(expression).containsAll(asked.labels());
    }

    @Test
    void theDocumentNamesAllOfOursAndNoOthers() throws IOException {
        var documented = new TreeSet<String>();
        var names =
                Pattern.compile("(?m)^\\| `(\\w+)`")
                        .matcher(Files.readString(DOCS.resolve("metrics.md")));
        while (names.find()) {
            documented.add(names.group(1));
        }
        var ours = new TreeSet<>(shown.types().keySet());
        // Micrometer adds the largest of the last minutes to each histogram
        ours.removeIf(name -> !OURS.matcher(name).matches() || name.endsWith("_seconds_max"));
        assertThat(documented).isEqualTo(ours);
    }

    @Test
    void theSeriesOfANodeThatIsRemovedEnd() {
        var deleted =
                fleet.monitor()
                        .send("DELETE", "/nodes/bad", "", "Authorization", "Bearer " + TOKEN);
        assertThat(deleted.statusCode()).as(Client.text(deleted)).isBetween(200, 204);

        await().atMost(SOON)
                .untilAsserted(
                        () ->
                                assertThat(read().samples())
                                        .noneMatch(s -> "bad".equals(s.labels().get("node"))));
        assertThat(read().values("sluice_gate_state", "node")).containsExactly("good");
    }
}
