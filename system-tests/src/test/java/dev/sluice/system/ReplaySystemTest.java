package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.replay.ReplayDraft;
import dev.sluice.replay.ReplayProgress;
import dev.sluice.replay.ReplayProgress.State;
import dev.sluice.replay.Room;
import dev.sluice.replay.kafka.ReplayRun;
import dev.sluice.replay.kafka.Replays;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.Seen;
import dev.sluice.testkit.SharedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Replays over a real broker, with nodes that say what reached them; a pool for each test. */
@TestInstance(Lifecycle.PER_CLASS)
class ReplaySystemTest {

    private static final int ANY_RPM = 600_000;
    private static final long ANY_BPM = 60_000_000_000L;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final List<FakeNode> nodes = new ArrayList<>();
    private final FakeNode chosenA = node(FakeNode.start(ReplaySystemTest::statusAsAsked));
    private final FakeNode chosenB = node(FakeNode.start(ReplaySystemTest::statusAsAsked));
    private final FakeNode paused = node(FakeNode.echo());
    private final FakeNode killed = node(FakeNode.echo());
    private final FakeNode twice = node(FakeNode.echo());
    private final FakeNode busy = node(FakeNode.echo());
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private final FakeNode filled = node(FakeNode.start(seen -> Reply.echo(seen).until(released)));
    private final FakeNode any = node(FakeNode.echo());
    private final FakeNode signals = node(FakeNode.echo());
    private Path dir = Path.of(".");
    private Fleet fleet;

    @BeforeAll
    void start(@TempDir Path temp) throws Exception {
        dir = temp;
        var file =
                new NodesYaml()
                        .node("chosen-a", "chosen", chosenA, ANY_RPM, ANY_BPM, 8)
                        .node("chosen-b", "elsewhere", chosenB, ANY_RPM, ANY_BPM, 8)
                        .node("paused", "paused", paused, ANY_RPM, ANY_BPM, 8)
                        .node("killed", "killed", killed, ANY_RPM, ANY_BPM, 8)
                        .node("twice", "twice", twice, ANY_RPM, ANY_BPM, 8)
                        .node("busy", "busy", busy, 300, ANY_BPM, 8)
                        .node("filled", "filled", filled, 600, ANY_BPM, 1)
                        .node("plain", "plain", any, ANY_RPM, ANY_BPM, 8)
                        .node("roomy", "roomy", any, ANY_RPM, ANY_BPM, 8)
                        .node("signals", "signals", signals, ANY_RPM, ANY_BPM, 8)
                        .in(dir);
        fleet =
                Fleet.start(
                        SharedBroker.bootstrapServers(), file, Map.of("WORKER_DRAIN_SECONDS", "1"));
    }

    @AfterAll
    void stop() {
        fleet.close();
        nodes.forEach(FakeNode::close);
    }

    @Test
    void eachCriterionChoosesWhatItSaysAndTheDryRunAgreesWithTheRun() throws Exception {
        Client client = fleet.ingress();
        String good = queued(client, "chosen", "/v1/good?status=200");
        String missing = queued(client, "chosen", "/v1/missing?status=404");
        Instant middle = Instant.parse(client.state(missing, 30).path("queued_at").asString());
        String broken = queued(client, "chosen", "/v2/broken?status=500");
        String urgent = queued(client, "chosen", "/v2/good?status=200", "Sluice-Priority", "high");
        String other = queued(client, "elsewhere", "/v1/good?status=200");
        String first = queued(client, "chosen", "/k?status=200", "Idempotency-Key", "one");
        List.of(good, missing, broken, urgent, other, first).forEach(id -> client.state(id, 30));

        try (var log = ReplayLog.open()) {
            // these are relative to now: what follows is no part of them
            String until = "'to': '%s', ".formatted(Instant.now());
            check(log, "all", until + "'pool': 'chosen'", good, missing, broken, urgent, first);
            check(log, "failed", until + "'pool': 'chosen', 'status': 'failed'", missing, broken);
            check(log, "fivexx", until + "'pool': 'chosen', 'status': '5xx'", broken);
            check(
                    log,
                    "some",
                    until + "'pool': 'chosen', 'status': ['404', 'succeeded'], 'path': '/v1/'",
                    good,
                    missing);
            check(log, "high", until + "'pool': 'chosen', 'lane': 'high'", urgent);
            check(log, "node", until + "'pool': 'elsewhere', 'node': 'chosen-b'", other);
            check(log, "nobody", until + "'pool': 'chosen', 'node': 'chosen-b'");
            check(
                    log,
                    "early",
                    "'pool': 'chosen', 'from': '-1h', 'to': '%s'".formatted(middle),
                    good);
            check(
                    log,
                    "late",
                    until + "'pool': 'chosen', 'from': '%s'".formatted(middle),
                    missing,
                    broken,
                    urgent,
                    first);
            check(log, "ids", "'id': ['%s', '%s']".formatted(broken, other), broken, other);
            check(log, "max", until + "'pool': 'chosen', 'max': 2", good, missing);
            check(log, "away", until + "'pool': 'elsewhere', 'to_pool': 'chosen'", other);
        }
    }

    @Test
    void aReplayedRequestIsANewOneThatNamesItsOriginal() throws Exception {
        Client client = fleet.ingress();
        String original =
                client.queue(
                        "PUT",
                        "/queue/chosen/as/it-was?status=200&n=1",
                        new byte[] {1, 2, 3},
                        "Content-Type",
                        "x/y",
                        "X-Mine",
                        "yes",
                        "Sluice-Deadline",
                        "30",
                        "Sluice-Replay-Of",
                        "forged",
                        "Idempotency-Key",
                        "as-it-was");
        client.state(original, 30);

        try (var log = ReplayLog.open()) {
            log.run("as-it-was", ReplayLog.draft("{'id': '%s'}".formatted(original)));
            Seen again = replayOf(chosenA, original);

            assertThat(again.method()).isEqualTo("PUT");
            assertThat(again.target()).isEqualTo("/as/it-was?status=200&n=1");
            assertThat(again.body()).containsExactly(1, 2, 3);
            assertThat(again.header("Content-Type")).isEqualTo("x/y");
            assertThat(again.header("X-Mine")).isEqualTo("yes");
            String id = Objects.requireNonNull(again.header("Sluice-Request-Id"));
            JsonNode state = client.state(id, 30);
            assertThat(state.path("status").asString()).isEqualTo("succeeded");
            assertThat(state.path("replay_of").asString()).isEqualTo(original);
            assertThat(state.path("priority").asString()).isEqualTo("low");
            assertThat(state.has("expires_at")).isFalse();

            // a replay of the replay names what it was made from
            log.run("as-it-was-again", ReplayLog.draft("{'id': '%s'}".formatted(id)));
            assertThat(replayOf(chosenA, id).target()).isEqualTo("/as/it-was?status=200&n=1");
            assertThat(
                            chosenA.seen().stream()
                                    .filter(
                                            seen ->
                                                    "forged"
                                                            .equals(
                                                                    seen.header(
                                                                            "Sluice-Replay-Of"))))
                    .isEmpty();
        }
    }

    @Test
    void oneNameSendsEachOnceHoweverOftenItIsPausedAndStarted() throws Exception {
        List<String> ids = queue("paused", 300);
        var draft = ReplayLog.draft("{'pool': 'paused'}");
        try (var log = ReplayLog.open()) {
            try (ReplayRun run = log.ready("pausing", draft, "30/s")) {
                var ended = async(run);
                await().atMost(SOON).until(() -> run.counts().sent() >= 60);
                assertThat(log.start("pausing", draft, ""))
                        .isInstanceOf(Replays.Started.Refused.class);
                run.end(State.PAUSED);
                ReplayProgress there = ReplayLog.settled(ended.join());
                assertThat(there.state()).isEqualTo(State.PAUSED);
                assertThat(there.counts().sent()).isBetween(60L, 299L);
            }
            ReplayProgress last = runFast(log, "pausing", draft);

            assertThat(last.state()).isEqualTo(State.DONE);
            assertThat(last.counts().sent()).isEqualTo(300);
            assertSentOnceEach(paused, ids);
            assertThat(log.start("pausing", draft, "")).isInstanceOf(Replays.Started.Done.class);
            assertThat(log.start("pausing", ReplayLog.draft("{'pool': 'busy'}"), ""))
                    .isInstanceOf(Replays.Started.Refused.class);
        }
    }

    @Test
    void afterAKillNothingIsSentTwiceOrLeftOut() throws Exception {
        List<String> ids = queue("killed", 400);
        var draft = ReplayLog.draft("{'pool': 'killed'}");
        try (var process =
                CliProcess.start(
                        dir,
                        "replay",
                        "--kafka",
                        SharedBroker.bootstrapServers(),
                        "--pool",
                        "killed",
                        "--name",
                        "killed",
                        "--rate",
                        "30/s")) {
            await().atMost(SOON).until(() -> replayed(killed) >= 100);
            process.kill();
        }
        try (var early = ReplayLog.open();
                var late = ReplayLog.openLater(Duration.ofSeconds(30))) {
            // as long as it may only be slow nobody goes on
            assertThat(early.start("killed", draft, ""))
                    .isInstanceOf(Replays.Started.Refused.class);

            ReplayProgress last = runFast(late, "killed", draft);

            assertThat(last.state()).isEqualTo(State.DONE);
            assertThat(last.counts().sent()).isEqualTo(400);
            assertSentOnceEach(killed, ids);
        }
    }

    @Test
    void aSignalPausesTheCommandWhichSaysHowToGoOn() throws Exception {
        List<String> ids = queue("signals", 200);
        String[] replay = {
            "replay", "--kafka", SharedBroker.bootstrapServers(), "--name", "signalled"
        };
        var first = new ArrayList<>(List.of(replay));
        first.addAll(List.of("--pool", "signals", "--rate", "15/s"));
        try (var process = CliProcess.start(dir, first.toArray(String[]::new))) {
            await().atMost(SOON).until(() -> replayed(signals) >= 20);
            process.terminate();
            assertThat(process.exitCode()).isEqualTo(143);
            assertThat(process.output())
                    .contains("is paused; go on with: ./sluice replay --name signalled");
        }
        var second = new ArrayList<>(List.of(replay));
        second.addAll(List.of("--rate", "10000/s"));
        try (var process = CliProcess.start(dir, second.toArray(String[]::new))) {
            assertThat(process.exitCode()).as(process::output).isZero();
            assertThat(process.output()).contains("200 requests sent");
        }
        assertSentOnceEach(signals, ids);
    }

    @Test
    void twoReplaysAtOnceSendTheirOwnEach() throws Exception {
        List<String> ids = queue("twice", 200);
        var draft = ReplayLog.draft("{'pool': 'twice', 'to': '%s'}".formatted(Instant.now()));
        try (var log = ReplayLog.open();
                ReplayRun one = log.ready("one", draft, "300/s");
                ReplayRun two = log.ready("two", draft, "")) {
            var first = async(one);
            var second = async(two);

            assertThat(ReplayLog.settled(first.join()).counts().sent()).isEqualTo(200);
            assertThat(ReplayLog.settled(second.join()).counts().sent()).isEqualTo(200);
        }
        await().atMost(SOON).until(() -> replayed(twice) >= 400);
        assertThat(originals(twice)).hasSize(400);
        ids.forEach(id -> assertThat(originals(twice).stream().filter(id::equals)).hasSize(2));
    }

    @Test
    void liveRequestsWaitNoLongerForAReplay() throws Exception {
        // 5 requests a second; the replay alone holds its node for 40 s
        Client client = fleet.ingress();
        queue("plain", 200).forEach(id -> client.state(id, 60));
        try (var log = ReplayLog.open()) {
            log.run("behind", ReplayLog.draft("{'pool': 'plain', 'to_pool': 'busy'}"));
            var waits = new ArrayList<Long>();
            for (int i = 0; i < 10; i++) {
                String id = queued(client, "busy", "/live");
                waits.add(client.state(id, 30).path("wait_ms").asLong());
            }

            assertThat(replayed(busy)).as("the replay is still under way").isLessThan(190);
            assertThat(waits).allSatisfy(ms -> assertThat(ms).isLessThan(4_000));
        }
    }

    @Test
    void aReplayLeavesRoomInTheQueue() throws Exception {
        Client client = fleet.ingress();
        queue("roomy", 60).forEach(id -> client.state(id, 60));
        // 10 requests a second: half of 4 s is 20 requests
        try (var log = ReplayLog.openWithRoom(new Room(1L << 30, 4));
                ReplayRun run =
                        log.ready(
                                "filling",
                                ReplayLog.draft("{'pool': 'roomy', 'to_pool': 'filled'}"),
                                "")) {
            var ended = async(run);
            await().atMost(SOON).until(() -> run.waitsFor().contains("room"));

            assertThat(run.counts().sent()).isBetween(10L, 40L);
            released.complete(null);
            assertThat(ReplayLog.settled(ended.join()).counts().sent()).isEqualTo(60);
        }
    }

    /** Runs it dry and then really, and compares both with what must be sent. */
    private void check(ReplayLog log, String name, String json, String... ids) throws Exception {
        ReplayDraft draft = ReplayLog.draft("{" + json + "}");
        var before = originals(chosenA, chosenB);
        var totals = log.dryRun(draft);

        ReplayProgress done = log.run(name, draft);

        assertThat(done.counts().sent()).as(name).isEqualTo(ids.length);
        assertThat(totals.all().count()).as(name).isEqualTo(ids.length);
        assertThat(totals.all().bytes()).as(name).isEqualTo(done.counts().bytes());
        await().atMost(SOON)
                .until(() -> originals(chosenA, chosenB).size() >= before.size() + ids.length);
        var sent = new ArrayList<>(originals(chosenA, chosenB));
        before.forEach(sent::remove);
        assertThat(sent).as(name).containsExactlyInAnyOrder(ids);
    }

    private List<String> queue(String pool, int count) {
        return Parallel.map(
                8,
                IntStream.range(0, count).boxed().toList(),
                i -> queued(fleet.ingress(), pool, "/" + i));
    }

    private static String queued(Client client, String pool, String path, String... headers) {
        return client.queue("/queue/" + pool + path, "body of " + path, headers);
    }

    private static void assertSentOnceEach(FakeNode node, List<String> ids) {
        await().atMost(SOON).until(() -> replayed(node) >= ids.size());
        assertThat(originals(node)).containsExactlyInAnyOrderElementsOf(ids);
    }

    /** Goes on to the end, faster than it was begun. */
    private static ReplayProgress runFast(ReplayLog log, String name, ReplayDraft draft)
            throws Exception {
        try (ReplayRun run = log.ready(name, draft, "10000/s")) {
            return ReplayLog.settled(run.run());
        }
    }

    private static CompletableFuture<ReplayRun.Ended> async(ReplayRun run) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return run.run();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private static Seen replayOf(FakeNode node, String id) {
        return await().atMost(SOON)
                .until(
                        () ->
                                node.seen().stream()
                                        .filter(s -> id.equals(s.header("Sluice-Replay-Of")))
                                        .findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    private static int replayed(FakeNode node) {
        return originals(node).size();
    }

    private static List<String> originals(FakeNode... from) {
        var originals = new ArrayList<String>();
        for (FakeNode node : from) {
            for (Seen seen : node.seen()) {
                String original = seen.header("Sluice-Replay-Of");
                if (original != null) {
                    originals.add(original);
                }
            }
        }
        return originals;
    }

    private FakeNode node(FakeNode node) {
        nodes.add(node);
        return node;
    }

    private static Reply statusAsAsked(Seen request) {
        String target = request.target();
        int at = target.indexOf("status=") + "status=".length();
        return Reply.status(Integer.parseInt(target.substring(at, at + 3)));
    }
}
