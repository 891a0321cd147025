package dev.sluice.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.Seen;
import dev.sluice.testkit.SharedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Secrets of nodes: they arrive where they may, and are nowhere else. */
@TestInstance(Lifecycle.PER_CLASS)
class CredentialsSystemTest {

    private static final String FIRST = "sk-PLANTED-first-5f1d9c";
    private static final String SECOND = "sk-PLANTED-second-77aa02";
    private static final String PARTNER = "key-PLANTED-partner-b2c3";
    private static final String BROKEN = "sk-PLANTED-broken-19fe42";
    private static final String CLIENTS = "client-PLANTED-own-662b10";
    private static final String MARK = "mark-that-is-no-secret";

    private final Map<String, Integer> tries = new ConcurrentHashMap<>();
    private final FakeNode main = FakeNode.start(this::answer);
    private final FakeNode partner = FakeNode.start(CredentialsSystemTest::repeat);
    private final FakeNode other = FakeNode.echo();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger ours = (Logger) LoggerFactory.getLogger("dev.sluice");
    private Path secrets = Path.of("");
    private Fleet fleet;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        logged.start();
        ours.setLevel(Level.DEBUG);
        ours.setAdditive(false);
        ours.addAppender(logged);
        secrets = Files.createDirectory(dir.resolve("secrets"));
        secret("main", FIRST);
        secret("main.hosts", "127.0.0.1");
        secret("broken", "{value: " + BROKEN + "}");
        var file =
                new NodesYaml()
                        .node("c-main", "c-main", main, 600_000, 60_000_000L, 4)
                        .credential("main")
                        .node("c-partner", "c-partner", partner, 600_000, 60_000_000L, 4)
                        .credential("partner")
                        .node("c-lacks", "c-lacks", other, 600_000, 60_000_000L, 4)
                        .credential("none-such")
                        .node("c-broken", "c-lacks", other, 600_000, 60_000_000L, 4)
                        .credential("broken")
                        .in(dir);
        // the same machine under a name that the secret does not list
        Files.writeString(
                file,
                """
                  - {id: c-foreign, pool: c-lacks, url: "http://localhost:%d", rpm: 600, bpm: 60000,
                     max_in_flight: 4, credential: main}
                """
                        .formatted(other.port()),
                java.nio.file.StandardOpenOption.APPEND);
        fleet =
                Fleet.start(
                        SharedBroker.bootstrapServers(),
                        file,
                        Map.of(
                                "CREDENTIALS_DIR", secrets.toString(),
                                "SLUICE_CREDENTIAL_PARTNER",
                                        "{header: X-Api-Key, value: %s, hosts: ['127.0.0.1:%d']}"
                                                .formatted(PARTNER, partner.port()),
                                "WORKER_MAX_ATTEMPTS", "2",
                                "WORKER_DRAIN_SECONDS", "1",
                                // the client's own key would be kept, were it not replaced
                                "LB_CREDENTIAL_HEADERS", "Authorization, Cookie"));
    }

    @AfterAll
    void stop() {
        fleet.close();
        ours.detachAppender(logged);
        ours.setAdditive(true);
        ours.setLevel(null);
        main.close();
        partner.close();
        other.close();
    }

    @Test
    void secretsArriveWhereTheyMayAndAreNowhereElse() throws Exception {
        Client client = fleet.ingress();
        var ids = new ArrayList<String>();
        for (String how : List.of("fine", "again", "refused", "garbled", "dropped", "large")) {
            ids.add(client.queue("/queue/c-main/" + how, MARK + " " + how));
        }
        ids.add(
                client.queue(
                        "/queue/c-partner/x",
                        MARK,
                        "X-Api-Key",
                        "the-clients-own",
                        "Authorization",
                        "Bearer " + CLIENTS,
                        "Proxy-Authorization",
                        CLIENTS,
                        "Cookie",
                        "session=" + CLIENTS));
        ids.forEach(id -> client.state(id, 30));
        assertThat(ids.stream().map(client::status))
                .containsExactly(
                        "succeeded",
                        "succeeded",
                        "failed",
                        "failed",
                        "failed",
                        "succeeded",
                        "succeeded");
        assertThat(main.seen())
                .hasSizeGreaterThanOrEqualTo(7)
                .allMatch(seen -> ("Bearer " + FIRST).equals(seen.header("Authorization")));
        assertThat(partner.seen().getFirst().headers().get("X-Api-Key")).containsExactly(PARTNER);
        assertThat(partner.seen().getFirst().header("Authorization")).isNull();
        // a node repeats its secret in its answer, which is recorded without it
        assertThat(Client.text(client.response(ids.getFirst(), 0)))
                .contains("you sent Bearer " + "*".repeat(FIRST.length()));

        secret("main", SECOND);
        await().until(
                        () -> {
                            ids.add(client.queue("/queue/c-main/fine", MARK));
                            client.state(ids.getLast(), 30);
                            Seen last = main.seen().getLast();
                            return ("Bearer " + SECOND).equals(last.header("Authorization"));
                        });
        secret("main", "{value: " + SECOND + ", hosts: [], " + BROKEN + ": x}");
        await().until(() -> logs().contains("the value from before stays"));

        Set<String> all = everything(ids);
        assertThat(all).anyMatch(text -> text.contains(MARK));
        for (String secret : List.of(FIRST, SECOND, PARTNER, BROKEN, CLIENTS, "PLANTED")) {
            assertThat(all).noneMatch(text -> text.contains(secret));
        }
        assertThat(logs()).contains("c-main").doesNotContain("PLANTED");
    }

    @Test
    void aNodeGetsNothingWithoutTheCredentialItNames() throws Exception {
        Client client = fleet.ingress();
        List<String> ids =
                List.of(client.queue("/queue/c-lacks/", "x"), client.queue("/queue/c-lacks/", "y"));
        await().untilAsserted(
                        () -> {
                            assertThat(withheld("c-lacks")).contains("'none-such' is not there");
                            assertThat(withheld("c-broken")).contains("'broken' cannot be used");
                            assertThat(withheld("c-foreign")).contains("may not go to localhost");
                        });
        await().during(Duration.ofSeconds(2))
                .until(() -> ids.stream().allMatch(id -> client.status(id).equals("queued")));
        assertThat(other.count()).isZero();
        assertThat(Client.text(fleet.worker().get("/metrics")))
                .contains("sluice_worker_nodes_without_credential{service=\"node-worker\"} 3.0");
        assertThat(logs().lines().filter(line -> line.contains("node c-lacks gets no requests")))
                .hasSize(1);

        secret("none-such", "{header: X-Late, value: late-but-there, hosts: ['127.0.0.1']}");
        ids.forEach(id -> assertThat(client.response(id, 30).statusCode()).isEqualTo(200));
        assertThat(other.seen())
                .hasSize(2)
                .allMatch(seen -> "late-but-there".equals(seen.header("X-Late")));
        assertThat(ids)
                .allMatch(id -> client.state(id, 0).path("node").asString().equals("c-lacks"));
    }

    private Reply answer(Seen seen) {
        boolean first =
                tries.merge(String.valueOf(seen.header("Sluice-Request-Id")), 1, Integer::sum) == 1;
        String sent = String.valueOf(seen.header("Authorization"));
        return switch (seen.target()) {
            case "/again" -> first ? Reply.text(503, "busy, " + sent) : repeat(seen);
            case "/refused" -> Reply.text(401, "invalid key: " + sent);
            case "/garbled" -> new Reply.DropMidBody(200, sent.getBytes(ISO_8859_1));
            case "/dropped" -> new Reply.DropConnection();
            case "/large" -> Reply.text(200, (sent + " ").repeat(10_000));
            default -> repeat(seen);
        };
    }

    /** Says in body and header what it was sent. */
    private static Reply repeat(Seen seen) {
        String sent = seen.header("Authorization") + " " + seen.header("X-Api-Key");
        return Reply.text(200, "you sent " + sent).with("X-You-Sent", sent);
    }

    private void secret(String name, String text) throws Exception {
        Files.writeString(secrets.resolve(name), text);
    }

    private String withheld(String node) {
        for (JsonNode one : fleet.worker().stats().at("/pools/c-lacks/nodes")) {
            if (one.path("id").asString().equals(node)) {
                return one.path("withheld").asString("");
            }
        }
        return "no such node";
    }

    private String logs() {
        List<ILoggingEvent> events;
        synchronized (logged) { // as whoever appends to it does
            events = List.copyOf(logged.list);
        }
        return events.stream()
                .map(
                        event ->
                                event.getFormattedMessage()
                                        + "\n"
                                        + ThrowableProxyUtil.asString(event.getThrowableProxy()))
                .collect(Collectors.joining("\n"));
    }

    /** All that stands in any topic, and all that any service answers. */
    private Set<String> everything(List<String> ids) throws Exception {
        var all = new java.util.HashSet<String>();
        for (Client service : fleet.services()) {
            for (String path : List.of("/stats", "/metrics", "/health", "/nodes", "/lb-health")) {
                all.add(Client.text(service.get(path)));
            }
        }
        for (String id : ids) {
            for (String path : List.of("/requests/" + id, "/requests/" + id + "/response")) {
                var answer = fleet.ingress().get(path);
                all.add(answer.headers().map() + "\n" + Client.text(answer));
            }
        }
        all.addAll(records());
        return all;
    }

    /** Every record of the broker: key, value, headers. */
    private static Set<String> records() throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", SharedBroker.bootstrapServers());
        var records = new java.util.HashSet<String>();
        try (var admin = Admin.create(config);
                var consumer =
                        new KafkaConsumer<>(
                                config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var names = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
            var partitions = new ArrayList<TopicPartition>();
            admin.describeTopics(names).allTopicNames().get().values().stream()
                    .flatMap(
                            topic ->
                                    topic.partitions().stream()
                                            .map(
                                                    p ->
                                                            new TopicPartition(
                                                                    topic.name(), p.partition())))
                    .forEach(partitions::add);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(one -> records.add(text(one)));
            }
        }
        return records;
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        var text = new StringBuilder(record.topic()).append('\n').append(text(record.key()));
        text.append('\n').append(text(record.value()));
        for (Header header : record.headers()) {
            text.append('\n').append(header.key()).append(": ").append(text(header.value()));
        }
        return text.toString();
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
