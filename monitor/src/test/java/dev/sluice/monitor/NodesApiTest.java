package dev.sluice.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.monitor.health.CheckRules;
import dev.sluice.monitor.urls.AllowedUrls;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.TestBroker;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Nodes added, changed and removed over HTTP, with a real broker. */
class NodesApiTest {

    static {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private static final String TOKEN = "a-token-of-this-test";
    private static final String NODE =
            """
            {"pool": "gpu", "url": "http://127.0.0.1:1", "rpm": 600, "bpm": 50000000,
             "max_in_flight": 32, "credential": "openai-main"}
            """;

    @TempDir private Path dir;
    private final HttpClient client = HttpClient.newHttpClient();
    private TestBroker broker;

    @BeforeEach
    void start() {
        broker = TestBroker.in(dir.resolve("kafka"));
    }

    @AfterEach
    void stop() {
        client.close();
        broker.close();
    }

    @Test
    void aNodeIsAddedChangedAndRemovedAndEachAnswerIsSeenAtOnce() throws Exception {
        try (var monitor = monitor(Optional.empty())) {
            var added = call(monitor, "PUT", "/nodes/gpu-a", NODE);
            assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
            assertThat(json(added).get("id").asString()).isEqualTo("gpu-a");
            assertThat(json(added).get("pool").asString()).isEqualTo("gpu");
            assertThat(json(added).get("rpm").asInt()).isEqualTo(600);
            assertThat(json(added).get("credential").asString()).isEqualTo("openai-main");
            assertThat(json(added).get("origin").asString()).isEqualTo("api");
            assertThat(ids(monitor)).containsExactly("gpu-a");

            String changedBody = NODE.replace("600", "60").replace("{", "{\"id\": \"gpu-a\", ");
            var changed = call(monitor, "PUT", "/nodes/gpu-a", changedBody);
            assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
            assertThat(json(changed).get("rpm").asInt()).isEqualTo(60);
            var one = call(monitor, "GET", "/nodes/gpu-a", "");
            assertThat(json(one).get("rpm").asInt()).isEqualTo(60);

            assertThat(call(monitor, "DELETE", "/nodes/gpu-a", "").statusCode()).isEqualTo(204);
            assertThat(ids(monitor)).isEmpty();
            var again = call(monitor, "DELETE", "/nodes/gpu-a", "");
            assertThat(again.statusCode()).isEqualTo(404);
            assertThat(json(again).get("type").asString())
                    .isEqualTo("urn:sluice:problem:unknown_node");
            assertThat(call(monitor, "GET", "/nodes/gpu-a", "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void whatWasAddedIsCheckedAndThereAfterARestart() throws Exception {
        try (var node = FakeNode.echo()) {
            String body = NODE.replace("http://127.0.0.1:1", node.uri().toString());
            try (var monitor = monitor(Optional.empty())) {
                call(monitor, "PUT", "/nodes/late", body);
                await().until(() -> state(monitor).equals("healthy"));
            }
            try (var monitor = monitor(Optional.empty())) {
                assertThat(ids(monitor)).containsExactly("late");
            }
        }
    }

    @Test
    void theAuditSaysWhoChangedWhatFromWhatToWhat() throws Exception {
        var audit = (Logger) LoggerFactory.getLogger("dev.sluice.audit");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        audit.setLevel(Level.INFO);
        audit.addAppender(lines);
        try (var monitor = monitor(Optional.empty())) {
            call(monitor, "PUT", "/nodes/gpu-a", NODE);
            call(monitor, "PUT", "/nodes/gpu-a", NODE.replace("600", "60"));
            call(monitor, "DELETE", "/nodes/gpu-a", "");
            call(monitor, "DELETE", "/nodes/gpu-a", "");
            call(monitor, "GET", "/nodes", "");
            await().until(() -> lines.list.size() == 4);
        } finally {
            audit.detachAppender(lines);
        }
        var said = lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertThat(said.get(0))
                .startsWith("PUT /nodes/gpu-a from 127.0.0.1: 201; before: none; after: ")
                .contains("rpm=600");
        assertThat(said.get(1)).contains(": 200; before: ").containsPattern("600.*after:.*rpm=60,");
        assertThat(said.get(2)).contains("DELETE ", ": 204; before: ").endsWith("after: none");
        assertThat(said.get(3)).contains(": 404; ");
        assertThat(said.toString()).doesNotContain(TOKEN);
    }

    @Test
    void aUrlThatIsNoNodesIsRefusedAndNothingChanges() throws Exception {
        try (var monitor = monitor(Optional.empty())) {
            String own = URI.create(monitor.url()).getPort() + "";
            await().until(
                            () ->
                                    call(
                                                            monitor,
                                                            "PUT",
                                                            "/nodes/own",
                                                            at("http://localhost:" + own))
                                                    .statusCode()
                                            == 422);
            for (String url : List.of("http://169.254.169.254/x", "http://[::ffff:a9fe:a9fe]:80")) {
                var refused = call(monitor, "PUT", "/nodes/bad", at(url));
                assertThat(refused.statusCode()).as(url).isEqualTo(422);
                assertThat(json(refused).get("type").asString())
                        .isEqualTo("urn:sluice:problem:invalid_node");
                assertThat(json(refused).get("detail").asString())
                        .contains(url, "link-local", "monitor.allow-urls");
            }
            assertThat(ids(monitor)).doesNotContain("bad");
            var brokers = at("http://" + broker.bootstrapServers());
            assertThat(call(monitor, "PUT", "/nodes/bad", brokers).statusCode()).isEqualTo(422);
        }
    }

    @Test
    void theMonitorStartsHoweverKafkaIsToldOfTheBrokers() throws Exception {
        String server = broker.bootstrapServers();
        for (String servers : List.of(" " + server + " ", "PLAINTEXT://" + server)) {
            var kafka = kafka(servers);
            try (var monitor = monitor(settings(Optional.empty()), kafka)) {
                var refused = call(monitor, "PUT", "/nodes/bad", at("http://" + server));
                assertThat(refused.statusCode()).as(servers).isEqualTo(422);
                assertThat(refused.body()).contains("own broker");
            }
        }
    }

    @Test
    void theMonitorKnowsItsOwnPortThoughItIsAdvertisedByAName() throws Exception {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var base = settings(Optional.empty());
        var named =
                new MonitorSettings(
                        new HttpService.Listen("127.0.0.1", port, "MONITOR_PORT"),
                        Optional.of("http://monitor.example"),
                        base.nodesFile(),
                        base.allowedUrls(),
                        base.rules(),
                        base.timeoutMs(),
                        base.adminToken());
        try (var monitor = monitor(named)) {
            var refused = call(monitor, "PUT", "/nodes/bad", at("http://127.0.0.1:" + port));
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(refused.body()).contains("own monitor");
        }
    }

    @Test
    void aNodeThatIsThereAndMayNotBeIsNotAsked() throws Exception {
        var allowing = settings(Optional.empty(), AllowedUrls.parse("*"));
        try (var monitor = monitor(allowing)) {
            var added = call(monitor, "PUT", "/nodes/late", at("http://169.254.169.254"));
            assertThat(added.statusCode()).isEqualTo(201);
        }
        try (var monitor = monitor(Optional.empty())) {
            await().until(() -> state(monitor).equals("unhealthy"));
            await().untilAsserted(
                            () ->
                                    assertThat(call(monitor, "GET", "/nodes/late", "").body())
                                            .contains("not asked: ", "link-local"));
        }
    }

    private static String at(String url) {
        return NODE.replace("http://127.0.0.1:1", url);
    }

    @Test
    void withoutTheTokenNothingChanges() throws Exception {
        try (var monitor = monitor(Optional.empty())) {
            for (String method : List.of("PUT", "DELETE")) {
                var none = send(monitor, method, "/nodes/gpu-a", NODE, Map.of());
                assertThat(none.statusCode()).isEqualTo(401);
                assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer");
                var wrong = Map.of("Authorization", "Bearer " + TOKEN + "x");
                // before anything else is looked at
                assertThat(send(monitor, method, "/nodes/gpu-a", "{", wrong).statusCode())
                        .isEqualTo(401);
            }
            assertThat(ids(monitor)).isEmpty();
        }
        try (var monitor =
                MonitorService.start(
                        settings(Optional.empty()),
                        kafka(),
                        NanoClock.SYSTEM,
                        InstantSource.system())) {
            var refused = call(monitor, "PUT", "/nodes/gpu-a", NODE);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(json(refused).get("detail").asString()).contains("SLUICE_ADMIN_TOKEN");
        }
    }

    @Test
    void allMistakesAreNamedAtOnceAndNothingChanges() throws Exception {
        try (var monitor = monitor(Optional.empty())) {
            var wrong =
                    """
                    {"id": "gpu-b", "pool": "No_Pool", "url": "ftp://x", "rpm": "many", "bpm": 0,
                     "max_in_fligth": 1, "credential": "Bearer sk-secret"}
                    """;
            var refused = call(monitor, "PUT", "/nodes/gpu-a", wrong);
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(refused.headers().firstValue("Content-Type"))
                    .contains("application/problem+json");
            assertThat(texts(json(refused).get("problems")))
                    .hasSize(8)
                    .anyMatch(p -> p.startsWith("unknown key 'max_in_fligth'"))
                    .anyMatch(p -> p.startsWith("id 'gpu-b' is not the one in the path, 'gpu-a'"))
                    .anyMatch(p -> p.startsWith("pool 'No_Pool' must be"))
                    .anyMatch(p -> p.startsWith("url 'ftp://x' must be"))
                    .anyMatch(p -> p.equals("rpm must be a whole number"))
                    .anyMatch(p -> p.startsWith("bpm must be a whole number from 1"))
                    .anyMatch(p -> p.equals("max_in_flight is missing"))
                    .anyMatch(p -> p.startsWith("credential must be the name of a secret"));
            assertThat(refused.body()).doesNotContain("sk-secret");

            assertThat(call(monitor, "PUT", "/nodes/gpu%20a", NODE).body()).contains("id 'gpu a'");
            assertThat(call(monitor, "PUT", "/nodes/gpu-a", "[]").statusCode()).isEqualTo(422);
            assertThat(call(monitor, "PUT", "/nodes/gpu-a", "").statusCode()).isEqualTo(422);
            for (String text : List.of("{", NODE + NODE, "{\"rpm\": 1, \"rpm\": 2}", "no json")) {
                var notJson = call(monitor, "PUT", "/nodes/gpu-a", text);
                assertThat(notJson.statusCode()).as(text).isEqualTo(400);
                assertThat(json(notJson).get("type").asString())
                        .isEqualTo("urn:sluice:problem:not_json");
            }
            var large = call(monitor, "PUT", "/nodes/gpu-a", " ".repeat(2_000_000) + NODE);
            assertThat(large.statusCode()).isEqualTo(413);
            assertThat(ids(monitor)).isEmpty();
        }
    }

    @Test
    void aChangedFileReplacesWhatItListsAndNothingElseThatWasChangedAtRunTime() throws Exception {
        Path file = Files.writeString(dir.resolve("nodes.yaml"), yaml("a", "b", "c"));
        try (var monitor = monitor(Optional.of(file))) {
            call(monitor, "PUT", "/nodes/b", NODE);
            call(monitor, "PUT", "/nodes/c", NODE);
            call(monitor, "PUT", "/nodes/d", NODE);
            call(monitor, "DELETE", "/nodes/a", "");
            assertThat(origins(monitor)).isEqualTo("b=api c=api d=api");
        }
        try (var monitor = monitor(Optional.of(file))) {
            assertThat(origins(monitor)).isEqualTo("b=api c=api d=api");
            Files.writeString(file, yaml("a", "b"));
            await().untilAsserted(
                            () ->
                                    assertThat(origins(monitor))
                                            .isEqualTo("a=file b=file c=api d=api"));
        }
    }

    @Test
    void aChangeThatTheLogDoesNotTakeIsA503() throws Exception {
        try (var monitor = monitor(Optional.empty())) {
            broker.stop();
            var failed = call(monitor, "PUT", "/nodes/gpu-a", NODE);
            assertThat(failed.statusCode()).isEqualTo(503);
            assertThat(json(failed).get("outcome").asString()).isEqualTo("unknown");
            assertThat(failed.headers().firstValue("Retry-After")).isPresent();
            assertThat(ids(monitor)).isEmpty();
            broker.start();
        }
    }

    private static String yaml(String... ids) {
        var yaml = new StringBuilder("nodes:\n");
        for (String id : ids) {
            yaml.append("  - {id: " + id + ", url: http://127.0.0.1:1, rpm: 1, bpm: 1, ")
                    .append("max_in_flight: 1}\n");
        }
        return yaml.toString();
    }

    private MonitorService monitor(Optional<Path> file) throws StartException {
        return monitor(settings(file));
    }

    private MonitorService monitor(MonitorSettings settings) throws StartException {
        return monitor(settings, kafka());
    }

    private static MonitorService monitor(MonitorSettings settings, KafkaSettings kafka)
            throws StartException {
        return MonitorService.start(
                settings.withAdminToken(new Secret(TOKEN)),
                kafka,
                NanoClock.SYSTEM,
                InstantSource.system());
    }

    private static MonitorSettings settings(Optional<Path> file) {
        return settings(file, AllowedUrls.NONE);
    }

    private static MonitorSettings settings(Optional<Path> file, AllowedUrls allowed) {
        return new MonitorSettings(
                new HttpService.Listen("127.0.0.1", 0, "MONITOR_PORT"),
                Optional.empty(),
                file,
                allowed,
                new CheckRules(400, 1, 2),
                10_000,
                Optional.empty());
    }

    private KafkaSettings kafka() {
        return kafka(broker.bootstrapServers());
    }

    private static KafkaSettings kafka(String bootstrapServers) {
        return new KafkaSettings(
                Map.of("bootstrap.servers", bootstrapServers),
                4,
                (short) 1,
                Duration.ofDays(7),
                1_000_000,
                Duration.ofDays(1));
    }

    private HttpResponse<String> call(
            MonitorService monitor, String method, String path, String body) throws Exception {
        return send(monitor, method, path, body, Map.of("Authorization", "Bearer " + TOKEN));
    }

    private HttpResponse<String> send(
            MonitorService monitor,
            String method,
            String path,
            String body,
            Map<String, String> headers)
            throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(monitor.url() + path.replace(" ", "%20")))
                        .method(method, BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode list(MonitorService monitor) throws Exception {
        return json(send(monitor, "GET", "/nodes", "", Map.of())).get("nodes");
    }

    private List<String> ids(MonitorService monitor) throws Exception {
        return StreamSupport.stream(list(monitor).spliterator(), false)
                .map(node -> node.get("id").asString())
                .toList();
    }

    private String origins(MonitorService monitor) throws Exception {
        return String.join(
                " ",
                StreamSupport.stream(list(monitor).spliterator(), false)
                        .map(n -> n.get("id").asString() + "=" + n.get("origin").asString())
                        .toList());
    }

    private String state(MonitorService monitor) throws Exception {
        return list(monitor).path(0).at("/health/state").asString("");
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asString).toList();
    }

    private static JsonNode json(HttpResponse<String> response) {
        return ProtocolJson.mapper().readTree(response.body());
    }
}
