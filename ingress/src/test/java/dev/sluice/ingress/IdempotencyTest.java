package dev.sluice.ingress;

import static dev.sluice.ingress.Rig.id;
import static dev.sluice.ingress.Rig.json;
import static dev.sluice.ingress.Rig.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.protocol.Body;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.KeyHash;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestId;
import dev.sluice.testkit.TestBroker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Requests with an {@code Idempotency-Key}, from the ingress's side. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotencyTest {

    private static final String KEY = "Idempotency-Key";
    private static final long MUCH = 1_000_000_000L;

    private TestBroker broker;
    private Rig rig;
    private IngressService ingress;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        broker = TestBroker.in(dir);
        rig = new Rig(broker.bootstrapServers());
        for (String pool : new String[] {"once", "shared", "waits", "slow", "led"}) {
            rig.node(pool, pool.equals("slow") ? 1 : 6_000, MUCH);
        }
        ingress = rig.ingress("queue.pools.slow.max-drain-seconds", "90");
    }

    @AfterAll
    void stop() {
        ingress.close();
        rig.close();
        broker.close();
    }

    @Test
    void aRepeatIsAnsweredAsTheFirstWasAndIsNotInTheLog() throws Exception {
        try (var worker = rig.echo("once")) {
            var first = rig.post(ingress, "/queue/once/a", "body", KEY, "\"k-1\"");
            var again = rig.post(ingress, "/queue/once/a", "body", KEY, "k-1");

            assertThat(first.statusCode()).isEqualTo(202);
            assertThat(again.statusCode()).isEqualTo(202);
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(again.headers().firstValue("Location"))
                    .isEqualTo(first.headers().firstValue("Location"));
            assertThat(id(first).position().shard())
                    .isEqualTo(KeyHash.of(new PoolName("once"), "k-1").shard(Rig.SHARDS));

            RequestId other = id(rig.post(ingress, "/queue/once/a", "body", KEY, "k-2"));
            assertThat(other).isNotEqualTo(id(first));
            await().atMost(Duration.ofSeconds(10)).until(() -> worker.seen().size() >= 2);
            assertThat(worker.seen())
                    .extracting(event -> event.idempotencyKey().orElse(""))
                    .containsExactlyInAnyOrder("k-1", "k-2");
            assertThat(worker.seen())
                    .as("the node gets the field as it came")
                    .anyMatch(e -> e.headers().stream().anyMatch(h -> h.value().equals("\"k-1\"")));
        }
        assertThat(json(rig.get(ingress, "/lb-stats")).at("/queue_requests/repeated").asLong())
                .isPositive();
        assertThat(json(rig.get(ingress, "/lb-stats")).at("/idempotency_keys").asLong())
                .isPositive();
    }

    @Test
    void anotherRequestUnderTheKeyIsRefused() throws Exception {
        rig.post(ingress, "/queue/once/b", "body", KEY, "k-3", "Content-Type", "text/plain");

        for (var other :
                new HttpResponse<?>[] {
                    rig.post(
                            ingress,
                            "/queue/once/b",
                            "BODY",
                            KEY,
                            "k-3",
                            "Content-Type",
                            "text/plain"),
                    rig.post(
                            ingress,
                            "/queue/once/c",
                            "body",
                            KEY,
                            "k-3",
                            "Content-Type",
                            "text/plain"),
                    rig.post(
                            ingress,
                            "/queue/once/b",
                            "body",
                            KEY,
                            "k-3",
                            "Content-Type",
                            "text/html"),
                    rig.send(
                            ingress,
                            "PUT",
                            "/queue/once/b",
                            "body",
                            KEY,
                            "k-3",
                            "Content-Type",
                            "text/plain")
                }) {
            assertThat(String.valueOf(other.body())).contains("idempotency_key_reused");
            assertThat(other.statusCode()).isEqualTo(422);
        }
        var otherPool = rig.post(ingress, "/queue/waits/b", "BODY", KEY, "k-3");
        assertThat(otherPool.statusCode()).as("a key counts in its pool").isEqualTo(202);
        var otherLane =
                rig.post(
                        ingress,
                        "/queue/once/b",
                        "body",
                        KEY,
                        "k-3",
                        "Content-Type",
                        "text/plain",
                        "Sluice-Priority",
                        "high",
                        "Sluice-Deadline",
                        "9");
        assertThat(otherLane.statusCode()).isEqualTo(202);
    }

    @Test
    void whatIsNoKeyIsRefused() throws Exception {
        for (String key : new String[] {"", "\"a", "k".repeat(256)}) {
            assertThat(problem(rig.post(ingress, "/queue/once", "x", KEY, key)))
                    .isEqualTo("400 bad_idempotency_key");
        }
        assertThat(problem(rig.post(ingress, "/queue/once", "x", KEY, "a", KEY, "b")))
                .isEqualTo("400 bad_idempotency_key");
    }

    @Test
    void repeatsAtTheSameTimeShareOneAppend() throws Exception {
        try (var worker = rig.echo("shared");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var posts = new ArrayList<Callable<HttpResponse<String>>>();
            for (int i = 0; i < 30; i++) {
                boolean waits = i % 2 == 0;
                posts.add(
                        () ->
                                waits
                                        ? rig.post(
                                                ingress,
                                                "/queue/shared",
                                                "ping",
                                                KEY,
                                                "s-1",
                                                "Prefer",
                                                "wait=20")
                                        : rig.post(ingress, "/queue/shared", "ping", KEY, "s-1"));
            }
            var ids = new HashSet<String>();
            for (Future<HttpResponse<String>> post : threads.invokeAll(posts)) {
                var answer = post.get();
                if (answer.statusCode() == 200) {
                    assertThat(answer.body()).isEqualTo("ping");
                    assertThat(answer.headers().firstValue("Preference-Applied"))
                            .contains("wait=20");
                    ids.add(answer.headers().firstValue("Sluice-Request-Id").orElseThrow());
                } else {
                    assertThat(answer.statusCode()).isEqualTo(202);
                    ids.add(id(answer).toString());
                }
            }
            assertThat(ids).hasSize(1);
            assertThat(worker.seen()).hasSize(1);
        }
    }

    @Test
    void aRepeatTakesNoRoomInAFullQueue() throws Exception {
        var first = rig.post(ingress, "/queue/slow", "x", KEY, "f-1");
        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(problem(rig.post(ingress, "/queue/slow", "x"))).isEqualTo("429 queue_full");
        assertThat(problem(rig.post(ingress, "/queue/slow", "x", KEY, "f-2")))
                .isEqualTo("429 queue_full");

        assertThat(rig.post(ingress, "/queue/slow", "x", KEY, "f-1").body())
                .isEqualTo(first.body());
    }

    @Test
    void aDuplicateLeadsToTheFirstOne() throws Exception {
        RequestId first = id(rig.post(ingress, "/queue/led", "ping", KEY, "l-1"));
        try (var other = rig.ingress();
                var worker =
                        new AnsweringWorker(
                                rig.clients, Rig.normal("led"), e -> Optional.empty())) {
            RequestId second = id(rig.post(other, "/queue/led", "ping", KEY, "l-1"));
            assertThat(second).isNotEqualTo(first);
            assertThat(second.position().shard()).isEqualTo(first.position().shard());
            assertThat(status(ingress, second)).isEqualTo("queued");

            worker.write(new Duplicate(second, first, Instant.EPOCH, Instant.EPOCH, "w"));

            for (var at : new IngressService[] {ingress, other}) {
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> json(rig.get(at, "/requests/" + second)).has("same_as"));
                var known = json(rig.get(at, "/requests/" + second));
                assertThat(known.path("id").asString()).isEqualTo(second.toString());
                assertThat(known.path("same_as").asString()).isEqualTo(first.toString());
                assertThat(known.path("status").asString()).isEqualTo("queued");
                assertThat(problem(rig.get(at, "/requests/" + second + "/response")))
                        .isEqualTo("409 not_finished");
            }
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                // one waits for the duplicate, one for the first at the ingress that remembers it,
                // and one is a duplicate of which nobody knows yet
                var waiting =
                        threads.submit(
                                () -> rig.get(other, "/requests/" + second + "/response?wait=20"));
                var repeated =
                        threads.submit(
                                () ->
                                        rig.post(
                                                ingress,
                                                "/queue/led",
                                                "ping",
                                                KEY,
                                                "l-1",
                                                "Prefer",
                                                "wait=20"));
                await().atMost(Duration.ofSeconds(10))
                        .until(
                                () ->
                                        json(rig.get(ingress, "/lb-stats")).path("waiters").asInt()
                                                        + json(rig.get(other, "/lb-stats"))
                                                                .path("waiters")
                                                                .asInt()
                                                >= 2);
                worker.write(
                        AnsweringWorker.answered(
                                first,
                                Instant.EPOCH,
                                AnsweringWorker.answer(201, "text/plain", Body.ofUtf8("pong"))));

                assertThat(waiting.get().body()).isEqualTo("pong");
                assertThat(waiting.get().headers().firstValue("Sluice-Request-Id"))
                        .contains(first.toString());
                assertThat(repeated.get().statusCode()).isEqualTo(201);
                assertThat(repeated.get().body()).isEqualTo("pong");
            }
            assertThat(status(ingress, second)).isEqualTo("succeeded");
            // without cache, and with an index that forgets: from the log
            try (var forgetful = rig.ingress("lb.cache-bytes", "0", "lb.index-entries", "1")) {
                assertThat(rig.get(forgetful, "/requests/" + second + "/response").body())
                        .isEqualTo("pong");
                assertThat(rig.get(forgetful, "/requests/" + second).body())
                        .contains("\"same_as\":\"" + first + "\"");
            }
        }
    }

    @Test
    void whoWaitsForADuplicateGetsTheFirstOnesAnswer() throws Exception {
        RequestId first = id(rig.post(ingress, "/queue/waits", "ping", KEY, "w-1"));
        try (var other = rig.ingress();
                var worker =
                        new AnsweringWorker(
                                rig.clients, Rig.normal("waits"), e -> Optional.empty());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting =
                    threads.submit(
                            () ->
                                    rig.post(
                                            other,
                                            "/queue/waits",
                                            "ping",
                                            KEY,
                                            "w-1",
                                            "Prefer",
                                            "wait=20"));
            await().atMost(Duration.ofSeconds(10)).until(() -> worker.second(first).isPresent());
            RequestId second = worker.second(first).get();
            worker.write(new Duplicate(second, first, Instant.EPOCH, Instant.EPOCH, "w"));
            worker.write(
                    AnsweringWorker.answered(
                            first,
                            Instant.EPOCH,
                            AnsweringWorker.answer(200, "text/plain", Body.ofUtf8("pong"))));

            assertThat(waiting.get().statusCode()).isEqualTo(200);
            assertThat(waiting.get().body()).isEqualTo("pong");
        }
    }

    @Test
    void aReusedKeyThatTheWorkerFoundIsA422Too() throws Exception {
        RequestId id = id(rig.post(ingress, "/queue/led", "x", KEY, "r-1"));
        try (var worker = rig.echo("once")) {
            worker.write(
                    AnsweringWorker.unanswered(id, Outcome.FAILED, Reason.IDEMPOTENCY_KEY_REUSED));
        }
        var response = rig.get(ingress, "/requests/" + id + "/response?wait=10");
        assertThat(problem(response)).isEqualTo("422 idempotency_key_reused");
        assertThat(status(ingress, id)).isEqualTo("failed");
    }

    private String status(IngressService at, RequestId id) throws Exception {
        return json(rig.get(at, "/requests/" + id)).path("status").asString();
    }
}
