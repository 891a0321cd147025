package dev.sluice.cli;

import static dev.sluice.cli.AuditLog.START;
import static dev.sluice.cli.AuditLog.attempt;
import static dev.sluice.cli.AuditLog.ended;
import static dev.sluice.cli.AuditLog.succeeded;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Body;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.ReplayOf;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.testkit.TestBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code requests}, and {@code replay} where it sends nothing, over one small log. */
class RequestsCommandTest {

    private static final RequestsTopic DEFAULT = AuditLog.topic("default");
    private static final RequestsTopic BATCH = AuditLog.topic("batch");

    private static @Nullable TestBroker broker;
    private static final List<String> IDS = new ArrayList<>();

    @BeforeAll
    static void craft(@TempDir Path dir) throws Exception {
        broker = TestBroker.in(dir);
        try (var log = new AuditLog(broker.bootstrapServers())) {
            log.node("gpu-a", "default", 60, 6_000);
            RequestId good = log.request(DEFAULT, 0, event(1, "/v1/good", "hello", null));
            RequestId bad = log.request(DEFAULT, 1, event(2, "/v1/bad", "broken", null));
            RequestId again =
                    log.request(
                            BATCH,
                            0,
                            event(3, "/v1/good", "\u0000\u0001", new ReplayOf(good, "x")));
            RequestId same = log.request(DEFAULT, 0, event(4, "/v1/same", "", null));
            RequestId waits = log.request(DEFAULT, 1, event(5, "/v2/waits", "", null));
            log.append(
                    succeeded(good, "w1", attempt("gpu-a", 0, "503"), attempt("gpu-b", 1, "200")));
            // a later one of another worker changes nothing
            log.append(ended(good, Outcome.FAILED, Reason.TIMEOUT, attempt("gpu-c", 2, "timeout")));
            log.append(ended(bad, Outcome.FAILED, Reason.TIMEOUT, attempt("gpu-a", 3, "timeout")));
            log.append(new Duplicate(same, good, START, START, "w1"));
            log.append(ended(again, Outcome.EXPIRED, Reason.DEADLINE_PASSED));
            for (RequestId id : List.of(good, bad, again, same, waits)) {
                IDS.add(id.toString());
            }
        }
    }

    @AfterAll
    static void stop() {
        requireNonNull(broker).close();
    }

    @Test
    void theTableHasALineForEachWithItsFirstResult() {
        Sluice listed = run("requests");

        assertThat(listed.exitCode()).as(listed.err()).isZero();
        assertThat(listed.out().lines()).hasSize(6);
        assertThat(listed.out())
                .containsPattern(
                        IDS.get(0)
                                + " +default +normal +POST +/v1/good +5 +succeeded 200"
                                + " +2 +gpu-b")
                .containsPattern(IDS.get(1) + ".*failed timeout +1 +gpu-a")
                .containsPattern(IDS.get(2) + " +batch.*expired deadline_passed")
                .containsPattern(IDS.get(3) + ".*duplicate +0 +-")
                .containsPattern(IDS.get(4) + ".*pending +0 +-");
    }

    @Test
    void eachFilterLeavesOutTheOthers() {
        assertThat(ids("--pool", "batch")).containsExactly(IDS.get(2));
        assertThat(ids("--status", "failed,expired"))
                .containsExactlyInAnyOrder(IDS.get(1), IDS.get(2));
        assertThat(ids("--status", "pending")).containsExactly(IDS.get(4));
        assertThat(ids("--node", "gpu-b")).containsExactly(IDS.get(0));
        assertThat(ids("--path", "/v2")).containsExactly(IDS.get(4));
        assertThat(ids("--since", "-1h", "--limit", "2")).hasSize(2);
        assertThat(ids("--to", "-1h")).isEmpty();
    }

    @Test
    void oneIsShownWithEveryAttemptAndWithoutItsBody() {
        String page = run("requests", IDS.get(0)).out();

        assertThat(page)
                .contains("status       succeeded 200", "attempts     2")
                .contains("gpu-a  503  5 ms", "gpu-b  200  5 ms")
                .contains("POST /v1/good", "Content-Type: text/plain", "X-Mine: yes")
                .contains("Authorization: ***")
                .contains("(a body of 5 bytes; --show-bodies shows it)")
                .doesNotContain("hello", "secret", "fine");
        assertThat(run("requests", "--id", IDS.get(0), "--show-bodies").out())
                .contains("hello", "fine")
                .doesNotContain("secret");
    }

    @Test
    void oneIsOneJsonObject() {
        JsonNode json = json(run("requests", IDS.get(0), "--json").out());
        assertThat(json.path("attempt_history")).hasSize(2);
        assertThat(json.has("body")).isFalse();
        assertThat(json.at("/request/body").isMissingNode()).isTrue();

        JsonNode replayed = json(run("requests", IDS.get(2), "--json", "--show-bodies").out());
        assertThat(replayed.path("replay_of").asString()).isEqualTo(IDS.get(0));
        assertThat(replayed.path("replay").asString()).isEqualTo("x");
        assertThat(replayed.at("/request/body_base64").asString()).isEqualTo("AAE=");
        assertThat(json(run("requests", IDS.get(3), "--json").out()).path("same_as").asString())
                .isEqualTo(IDS.get(0));
    }

    @Test
    void whatIsNotThereIsTold() {
        Sluice unknown = run("requests", "default.n0.7.0000000000001");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("the log has no request default.n0.7.0000000000001");
        // the right place with another nonce: nobody learns that something is there
        String guessed = IDS.get(0).substring(0, IDS.get(0).lastIndexOf('.')) + ".0000000000009";
        assertThat(run("requests", guessed).exitCode()).isEqualTo(1);
        assertThat(run("requests", "--pool", "nope").err())
                .contains("no request was ever queued for a pool 'nope'", "batch, default");
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        Sluice requests =
                run("requests", "--status", "odd", "--limit", "0", "--since", "noon", "--json");
        assertThat(requests.exitCode()).isEqualTo(2);
        assertThat(requests.err())
                .contains("--status must be", "--limit must be", "--since must be");

        Sluice replay =
                run("replay", "--rate", "fast", "--sample", "200%", "--max", "0", "--name", "a b");
        assertThat(replay.exitCode()).isEqualTo(2);
        assertThat(replay.err())
                .contains("--pool must be given", "--rate must be", "--sample must be")
                .contains("--max must be", "--name must be");
    }

    @Test
    void aDryRunSaysWhatWouldBeSentAndWhatIsLeftOut() {
        Sluice text = run("replay", "--pool", "default", "--dry-run");
        assertThat(text.exitCode()).as(text.err()).isZero();
        assertThat(text.out())
                .contains("2 requests would be sent, 11 bytes of bodies.")
                .contains("Left out: 1 duplicate of another request", "1 without a result yet")
                .containsPattern("failed timeout +1 +6")
                .containsPattern("succeeded +1 +5")
                .contains("To pool default, priority low: 2.0 s at least, at 60 requests");

        JsonNode json =
                json(
                        run("replay", "--pool", "default", "--dry-run", "--json", "--rate", "6/min")
                                .out());
        assertThat(json.path("requests").asLong()).isEqualTo(2);
        assertThat(json.at("/outcomes/succeeded/bytes").asLong()).isEqualTo(5);
        assertThat(json.at("/left_out/pending").asLong()).isEqualTo(1);
        assertThat(json.at("/targets/0/seconds").asDouble()).isEqualTo(20);
        assertThat(json.at("/first/id").asString()).isEqualTo(IDS.get(0));
    }

    @Test
    void aReplayToNowhereIsRefused() {
        assertThat(run("replay", "--pool", "nope").err()).contains("pool 'nope'");
        Sluice nodeless = run("replay", "--pool", "batch", "--dry-run");
        assertThat(nodeless.exitCode()).isEqualTo(2);
        assertThat(nodeless.err())
                .contains("no node belongs to a pool 'batch'; pools that have nodes: default");
        assertThat(run("replay", "--name", "never").err()).contains("there is no replay never");
    }

    private static List<String> ids(String... options) {
        var args = new ArrayList<>(List.of("requests", "--json"));
        args.addAll(List.of(options));
        return run(args.toArray(String[]::new))
                .out()
                .lines()
                .map(line -> json(line).path("id").asString())
                .toList();
    }

    private static RequestEvent event(
            long nonce, String target, String body, @Nullable ReplayOf replay) {
        return new RequestEvent(
                new Nonce(nonce),
                DEFAULT.pool(),
                START,
                "POST",
                target,
                Optional.of("text/plain"),
                Optional.empty(),
                Optional.empty(),
                List.of(
                        new HttpHeader("X-Mine", "yes"),
                        new HttpHeader("Authorization", "Bearer secret")),
                Body.ofUtf8(body),
                Optional.ofNullable(replay));
    }

    private static JsonNode json(String text) {
        return ProtocolJson.mapper().readTree(text);
    }

    private static Sluice run(String... args) {
        return Sluice.run(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", requireNonNull(broker).bootstrapServers()), args);
    }
}
