package dev.sluice.ingress;

import static dev.sluice.ingress.Rig.id;
import static dev.sluice.ingress.Rig.json;
import static dev.sluice.ingress.Rig.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Checkpoint;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.Topics;
import dev.sluice.testkit.TestBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Results are found by whoever asks: another ingress, a restarted one, one that forgot. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LookupTest {

    private TestBroker broker;
    private Rig rig;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        broker = TestBroker.in(dir);
        rig = new Rig(broker.bootstrapServers());
    }

    @AfterAll
    void stop() {
        rig.close();
        broker.close();
    }

    /**
     * Requests of a pool of its own, each answered with its body, known to be so by the ingress.
     */
    private List<RequestId> answered(IngressService ingress, String pool, int count)
            throws Exception {
        rig.node(pool, 60_000, 1_000_000_000L);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> rig.post(ingress, "/queue/" + pool, "0").statusCode(), s -> s == 202);
        var ids = new ArrayList<RequestId>();
        try (var worker = rig.echo(pool)) {
            for (int i = 0; i < count; i++) {
                var accepted =
                        rig.post(ingress, "/queue/" + pool, "body " + i, "Prefer", "wait=25");
                assertThat(accepted.statusCode()).isEqualTo(200);
                ids.add(
                        RequestId.parse(
                                        accepted.headers()
                                                .firstValue("Sluice-Request-Id")
                                                .orElseThrow())
                                .orElseThrow());
            }
            // another shard's request may be read later than those that were waited for
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(worker.seen()).hasSizeGreaterThanOrEqualTo(count + 1));
        }
        return ids;
    }

    private void assertFound(IngressService ingress, List<RequestId> ids)
            throws IOException, InterruptedException {
        for (int i = 0; i < ids.size(); i++) {
            var response = rig.get(ingress, "/requests/" + ids.get(i) + "/response");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("body " + i);
        }
        var forged = new RequestId(ids.getFirst().position(), new Nonce(42));
        assertThat(problem(rig.get(ingress, "/requests/" + forged)))
                .isEqualTo("404 unknown_request");
    }

    /** What the owners of the shards commit: everything so far is done. */
    private void commitCheckpoints(String pool) throws Exception {
        try (var admin = rig.clients.admin()) {
            var specs = new HashMap<TopicPartition, OffsetSpec>();
            for (int shard = 0; shard < Rig.SHARDS; shard++) {
                specs.put(new TopicPartition(Rig.normal(pool).name(), shard), OffsetSpec.latest());
                specs.put(new TopicPartition(Topics.RESULTS, shard), OffsetSpec.latest());
            }
            var ends = admin.listOffsets(specs).all().get();
            var commits = new HashMap<TopicPartition, OffsetAndMetadata>();
            for (int shard = 0; shard < Rig.SHARDS; shard++) {
                var requests = new TopicPartition(Rig.normal(pool).name(), shard);
                var results = new TopicPartition(Topics.RESULTS, shard);
                var checkpoint = new Checkpoint(end(ends, requests), end(ends, results));
                commits.put(
                        requests, new OffsetAndMetadata(checkpoint.next(), checkpoint.metadata()));
            }
            admin.alterConsumerGroupOffsets(Topics.CHECKPOINT_GROUP, commits).all().get();
        }
    }

    private static long end(Map<TopicPartition, ListOffsetsResultInfo> ends, TopicPartition of) {
        return Objects.requireNonNull(ends.get(of)).offset();
    }

    @Test
    void anotherIngressAndARestartedOneFindResults() throws Exception {
        List<RequestId> ids;
        try (var first = rig.ingress();
                var second = rig.ingress()) {
            ids = answered(first, "restart", 6);
            assertFound(first, ids);
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () ->
                                    rig.get(second, "/requests/" + ids.getLast() + "/response")
                                            .statusCode(),
                            status -> status == 200);
            assertFound(second, ids);
        }
        try (var restarted = rig.ingress("lb.cache-bytes", "0")) {
            assertFound(restarted, ids);
            assertThat(json(rig.get(restarted, "/lb-stats")).at("/index/entries").asInt())
                    .isGreaterThanOrEqualTo(7);
        }
    }

    @Test
    void findsThroughTheSparseIndexWhatTheIndexForgot() throws Exception {
        try (var ingress = rig.ingress("lb.cache-bytes", "0", "lb.index-entries", "1")) {
            List<RequestId> ids = answered(ingress, "sparse", 12);
            assertThat(json(rig.get(ingress, "/lb-stats")).at("/index/entries").asInt())
                    .isEqualTo(1);
            assertFound(ingress, ids);
        }
    }

    @Test
    void findsByAScanWhatNoIndexKnows() throws Exception {
        List<RequestId> ids;
        try (var first = rig.ingress()) {
            ids = answered(first, "scan", 6);
        }
        commitCheckpoints("scan");
        try (var late = rig.ingress("lb.index-warm-up-records", "0")) {
            assertFound(late, ids);
        }
        // and what has been read before the checkpoint is in the index
        try (var warm = rig.ingress("lb.cache-bytes", "0")) {
            assertFound(warm, ids);
        }
    }

    @Test
    void aSecondResultChangesNothing() throws Exception {
        try (var ingress = rig.ingress();
                var forgetful = rig.ingress("lb.cache-bytes", "0")) {
            List<RequestId> ids = answered(ingress, "twice", 1);
            try (var worker = rig.echo("twice")) {
                worker.write(
                        AnsweringWorker.answered(
                                ids.getFirst(),
                                Instant.EPOCH,
                                AnsweringWorker.answer(500, "text/plain", Body.ofUtf8("late"))));
            }
            RequestId next = answered(ingress, "twice", 1).getFirst();
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () ->
                                    rig.get(forgetful, "/requests/" + next + "/response")
                                            .statusCode(),
                            status -> status == 200);
            assertFound(ingress, ids);
            assertFound(forgetful, ids);
        }
    }

    @Test
    void saysWhyThereIsNoResponse() throws Exception {
        record Case(Outcome outcome, Reason reason, String problem) {}
        try (var ingress = rig.ingress();
                var worker = rig.echo("unanswered")) {
            rig.node("reasons", 6_000, 1_000_000_000L);
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> rig.post(ingress, "/queue/reasons", "0").statusCode(),
                            s -> s == 202);
            for (var c :
                    List.of(
                            new Case(Outcome.FAILED, Reason.TIMEOUT, "504 node_timeout"),
                            new Case(Outcome.FAILED, Reason.UNREACHABLE, "502 no_answer"),
                            new Case(Outcome.EXPIRED, Reason.DEADLINE_PASSED, "410 expired"))) {
                RequestId id = id(rig.post(ingress, "/queue/reasons", "x"));
                worker.write(AnsweringWorker.unanswered(id, c.outcome(), c.reason()));
                var response = rig.get(ingress, "/requests/" + id + "/response?wait=10");
                assertThat(problem(response)).isEqualTo(c.problem());
                assertThat(json(response).path("reason").asString()).isEqualTo(c.reason().text());
                assertThat(json(response).path("detail").asString()).isEqualTo("because");
                var status = json(rig.get(ingress, "/requests/" + id));
                assertThat(status.path("status").asString()).isEqualTo(c.outcome().text());
            }
        }
    }

    @Test
    void saysThatWhatWasTrimmedIsNoLongerKept() throws Exception {
        List<RequestId> ids;
        try (var first = rig.ingress()) {
            ids = answered(first, "trimmed", 1);
        }
        commitCheckpoints("trimmed");
        var partition =
                new TopicPartition(Rig.normal("trimmed").name(), ids.getFirst().position().shard());
        try (var admin = rig.clients.admin()) {
            long end = ids.getFirst().position().offset() + 1;
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(end))).all().get();
        }
        try (var late = rig.ingress("lb.index-warm-up-records", "0")) {
            assertThat(problem(rig.get(late, "/requests/" + ids.getFirst())))
                    .isEqualTo("404 no_longer_kept");
        }
    }

    @Test
    void limitsTheClientsThatWaitAndLetsThemGoWhenItStops() throws Exception {
        rig.node("waits", 6_000, 1_000_000_000L);
        var ingress = rig.ingress("lb.max-waiters", "1");
        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> rig.post(ingress, "/queue/waits", "0").statusCode(),
                            s -> s == 202);
            var waiting = new java.util.concurrent.CompletableFuture<Integer>();
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    waiting.complete(
                                            rig.post(
                                                            ingress,
                                                            "/queue/waits",
                                                            "x",
                                                            "Prefer",
                                                            "wait=60")
                                                    .statusCode());
                                } catch (IOException | InterruptedException e) {
                                    waiting.completeExceptionally(e);
                                }
                            });
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> json(rig.get(ingress, "/lb-stats")).path("waiters").asInt(),
                            count -> count == 1);
            var second = rig.post(ingress, "/queue/waits", "x", "Prefer", "wait=60");
            assertThat(second.statusCode()).isEqualTo(202);
            assertThat(second.headers().firstValue("Preference-Applied")).isEmpty();
            ingress.close();
            assertThat(waiting.get(10, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(202);
        } finally {
            ingress.close();
        }
    }

    @Test
    void doesNotStartWithoutABroker() throws Exception {
        try (var other = new java.net.ServerSocket(0)) {
            var settings =
                    dev.sluice.chassis.settings.Settings.of(
                            Map.of(),
                            Map.of(
                                    "kafka.bootstrap.servers",
                                    "127.0.0.1:" + other.getLocalPort(),
                                    "kafka.default.api.timeout.ms",
                                    "1000",
                                    "kafka.request.timeout.ms",
                                    "500"));
            var kafka =
                    dev.sluice.chassis.settings.KafkaSettings.read(
                            settings, dev.sluice.chassis.kafka.KafkaClients.knownKeys());
            var own = IngressSettings.read(settings, kafka);
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () ->
                                    IngressService.start(
                                            own,
                                            kafka,
                                            dev.sluice.chassis.time.NanoClock.SYSTEM,
                                            java.time.InstantSource.system()))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("KAFKA_BOOTSTRAP_SERVERS");
        }
    }
}
