package dev.sluice.cli;

import static dev.sluice.cli.AuditLog.START;
import static dev.sluice.cli.AuditLog.attempt;
import static dev.sluice.cli.AuditLog.ended;
import static dev.sluice.cli.AuditLog.succeeded;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.audit.AuditReport;
import dev.sluice.cli.audit.Breach;
import dev.sluice.cli.audit.kafka.Audit;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.DoneSet;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.LedgerSnapshot;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.WireRecord;
import dev.sluice.testkit.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class AuditCommandTest {

    private static final RequestsTopic DEFAULT = AuditLog.topic("default");
    private static final RequestsTopic BATCH = AuditLog.topic("batch");
    private static final RequestsTopic GONE = AuditLog.topic("gone");

    // one log with everything in it, which tests only read
    private static @Nullable TestBroker crafted;
    private static @Nullable RequestId lost;

    @BeforeAll
    static void craft(@TempDir Path dir) throws Exception {
        crafted = TestBroker.in(dir);
        try (var log = log(crafted)) {
            lost = craft(log);
        }
    }

    @AfterAll
    static void stop() {
        requireNonNull(crafted).close();
    }

    @Test
    void eachExceptionIsToldForPeople() {
        var audited = audit(requireNonNull(crafted));

        assertThat(audited.err()).isEmpty();
        assertThat(audited.exitCode()).isEqualTo(1);
        assertThat(audited.out())
                .containsPattern("batch +7 +6 +1 +0 +0 +0\\R")
                .containsPattern("default +9 +4 +1 +1 +1 +1\\R")
                .containsPattern("\\(all\\) +16 +10 +2 +1 +1 +1\\R")
                .contains("failed: 1 node_error, 1 unreadable", "1 duplicates by their")
                .contains("18 results were read, 1 superseded", "1 recorded again")
                .contains("1 of no request in the log", "1 of pools whose requests topic is gone")
                .contains("1 unreadable")
                .contains("1 requests were sent more than once", "1 sends more stand in superseded")
                .contains("1 attempts found no connection")
                .contains("BROKEN: 1 above_limit, 1 lost, 1 stray_result")
                .contains("above_limit         gpu-a: 4 requests from 2026-11-21T12:00:00Z to")
                .contains("lost                " + lost + ": ");
    }

    @Test
    void jsonSaysTheSameAndNothingElseIsPrinted() {
        var audited = audit(requireNonNull(crafted), "--json");
        JsonNode json = ProtocolJson.mapper().readTree(audited.out());

        assertThat(audited.exitCode()).isEqualTo(1);
        assertThat(audited.err()).isEmpty();
        assertThat(audited.out()).startsWith("{").endsWith("}\n");
        assertThat(json.at("/clean").asBoolean()).isFalse();
        assertThat(json.at("/requests").toString())
                .isEqualTo(
                        """
                        {"accepted":16,"succeeded":10,"failed":2,\
                        "failed_by_reason":{"node_error":1,"unreadable":1},"expired":1,"duplicates":1,\
                        "pending":1,"lost":1,"result_trimmed":0}""");
        assertThat(json.at("/pools/default/pending").asLong()).isEqualTo(1);
        assertThat(json.at("/results").toString())
                .isEqualTo(
                        """
                        {"read":18,"superseded":1,"recorded_again":1,"stray":1,\
                        "of_trimmed_requests":0,"outside_scope":0,"of_no_topic":1,\
                        "unreadable":1}""");
        assertThat(json.at("/sends").toString())
                .isEqualTo(
                        """
                        {"attempts":13,"no_connection":1,"unlisted":0,\
                        "requests_sent_again":1,"in_superseded":1}""");
        assertThat(json.at("/nodes/0/id").asString()).isEqualTo("gpu-a");
        assertThat(json.at("/nodes/0/most_requests/amount").asLong()).isEqualTo(4);
        assertThat(json.at("/nodes/0/above_limit").asBoolean()).isTrue();
        assertThat(json.at("/nodes/1/above_limit").asBoolean()).isFalse();
        assertThat(json.at("/breach_counts").toString())
                .isEqualTo("{\"above_limit\":1,\"lost\":1,\"stray_result\":1}");
        assertThat(json.at("/breaches/1/subject").asString()).isEqualTo(String.valueOf(lost));
    }

    @Test
    void aPoolOrATimeAloneIsAudited() {
        var broker = requireNonNull(crafted);

        var pool = json(broker, "--pool", "default");
        assertThat(pool.at("/breach_counts").toString())
                .isEqualTo("{\"lost\":1,\"stray_result\":1}");
        assertThat(pool.at("/requests/accepted").asLong()).isEqualTo(9);
        assertThat(pool.at("/nodes").size()).isEqualTo(1);
        assertThat(pool.at("/results/outside_scope").asLong()).isEqualTo(7);

        var before = json(broker, "--to", "-1h");
        assertThat(before.at("/requests/accepted").asLong()).isZero();
        assertThat(before.at("/breach_counts").toString()).isEqualTo("{\"above_limit\":1}");

        var recent = json(broker, "--from=-1h");
        assertThat(recent.at("/requests/accepted").asLong()).isEqualTo(16);
        assertThat(recent.at("/scope/from").asString()).endsWith("Z");

        var none = audit(broker, "--pool", "default", "--to", "-1h");
        assertThat(none.exitCode()).isZero();
    }

    @Test
    void aPoolThatIsNotThereIsRefusedWithThoseThatAre() {
        var refused = audit(requireNonNull(crafted), "--pool", "nope");

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("'nope'", "pools that have requests: batch, default");
    }

    @Test
    void aLogThatKeptItsPromisesIsClean(@TempDir Path dir) throws Exception {
        try (var broker = TestBroker.in(dir);
                var log = log(broker)) {
            RequestId first = log.request(DEFAULT, 0);
            RequestId second = log.request(DEFAULT, 1);
            log.request(DEFAULT, 1);
            log.append(
                    succeeded(first, "w1", attempt("gpu-b", 0, "200")),
                    ended(second, Outcome.FAILED, Reason.TIMEOUT, attempt("gpu-b", 1, "timeout")));

            var audited = audit(broker);

            assertThat(audited.exitCode()).isZero();
            assertThat(audited.out())
                    .containsPattern("default +3 +1 +1 +0 +1 +0\\R")
                    .contains("failed: 1 timeout", "No promise is broken")
                    .containsPattern("gpu-b +default +2 +600 +2 +0.3% +2026-11-21T12:00:00Z")
                    .containsPattern("2026-11-21T12:00:00Z +100000 +200 +0.2%");

            // the same in a test's own process
            AuditReport report = Audit.run(log.settings, START);
            assertThat(report.breaches()).isEmpty();
            assertThat(report.requests().succeeded()).isEqualTo(1);
            assertThat(report.sendsByNode()).containsExactly(Map.entry("gpu-b", 2L));

            RequestId undone = log.request(DEFAULT, 0);
            log.checkpoint(DEFAULT, 0, 2);
            assertThat(Audit.run(log.settings, START).breaches())
                    .containsExactly(new Breach.Lost(undone));
        }
    }

    @Test
    void whatIsTrimmedIsNoBreach(@TempDir Path dir) throws Exception {
        try (var broker = TestBroker.in(dir);
                var log = log(broker)) {
            craft(log);
            log.trim(DEFAULT.name(), 0, 2);
            log.trim(Topics.RESULTS, 0, 1);

            var json = json(broker);

            assertThat(json.at("/results/of_trimmed_requests").asLong()).isEqualTo(1);
            // its result may have been trimmed, for all that the audit can know
            assertThat(json.at("/requests/lost").asLong()).isZero();
            assertThat(json.at("/requests/result_trimmed").asLong()).isEqualTo(1);
            assertThat(json.at("/requests/accepted").asLong()).isEqualTo(14);
        }
    }

    @Test
    void aBrokerThatIsAwayIsToldWithWhatToDo(@TempDir Path temp) throws Exception {
        Path dir = temp.resolve("kafka");
        try (var broker = TestBroker.in(dir)) {
            var without = audit(broker);
            assertThat(without.exitCode()).isEqualTo(2);
            assertThat(without.err()).contains("has no topic sluice.results", "--kafka");

            Path other = Files.createDirectories(dir.resolveSibling("other"));
            Files.writeString(other.resolve("kafka-secret"), "x".repeat(43));
            var open = audit(broker, "--data", other.toString());
            assertThat(open.exitCode()).isEqualTo(2);
            assertThat(open.err())
                    .contains("takes no such login", "KAFKA_SECURITY_PROTOCOL=PLAINTEXT");
            var plain = Map.of("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT");
            var told =
                    Sluice.run(
                            plain,
                            "audit",
                            "--kafka",
                            broker.bootstrapServers(),
                            "--data",
                            other.toString());
            assertThat(told.err()).contains("has no topic sluice.results");

            broker.stop();
            var away = audit(broker, "--json");
            assertThat(away.exitCode()).isEqualTo(2);
            assertThat(away.out()).isEmpty();
            assertThat(away.err())
                    .contains("no Kafka broker answers at " + broker.bootstrapServers())
                    .contains("./sluice up", "--kafka HOST:PORT");
        }
    }

    private static AuditLog log(TestBroker broker) throws Exception {
        var log = new AuditLog(broker.bootstrapServers());
        log.node("gpu-a", "batch", 3, 100_000);
        log.node("gpu-b", "default", 600, 100_000);
        return log;
    }

    /** Writes every kind of thing that an audit may meet; the id of the lost request. */
    private static RequestId craft(AuditLog log) throws Exception {
        var ids = new ArrayList<RequestId>();
        for (int i = 0; i < 8; i++) {
            ids.add(log.request(DEFAULT, 0));
        }
        log.append(
                succeeded(ids.get(0), "w1", attempt("gpu-b", 0, "200")),
                ended(
                        ids.get(1),
                        Outcome.FAILED,
                        Reason.NODE_ERROR,
                        attempt("gpu-b", 1, Attempt.NO_CONNECTION),
                        attempt("gpu-b", 2, "503"),
                        attempt("gpu-b", 3, "500")),
                ended(ids.get(2), Outcome.EXPIRED, Reason.DEADLINE_PASSED));
        log.append(
                succeeded(ids.get(3), "w1", attempt("gpu-b", 4, "200")),
                succeeded(ids.get(3), "w2", attempt("gpu-b", 5, "200")));
        var again = succeeded(ids.get(4), "w1", attempt("gpu-b", 6, "200"));
        log.append(again, again);
        var wrongNonce = new RequestId(ids.get(5).position(), new Nonce(7));
        log.append(
                succeeded(wrongNonce, "w1", attempt("gpu-b", 7, "200")),
                succeeded(ids.get(5), "w1", attempt("gpu-b", 8, "200")));
        log.append(new Duplicate(log.request(DEFAULT, 0), ids.get(0), START, START, "w1"));
        var done = new DoneSet(0);
        done.addRange(3, 7); // the sixth has no result
        log.append(new LedgerSnapshot(0, Map.of(DEFAULT, done)));
        log.append(new Held(0, START, List.of(ids.get(7))));
        log.results(0, new WireRecord(Map.of("ce_type", "x.v9"), Body.EMPTY));
        log.checkpoint(DEFAULT, 0, 3);

        for (int i = 0; i < 6; i++) { // 4 of them within 60 s, of which 3 are allowed
            RequestId id = log.request(BATCH, 1);
            log.append(succeeded(id, "w1", attempt("gpu-a", i * 19.9, "200")));
        }
        log.append(ended(log.garbage(BATCH, 1), Outcome.FAILED, Reason.UNREADABLE));
        log.append(succeeded(log.request(GONE, 1), "w1"));
        log.deleteTopic(GONE);
        return ids.get(6);
    }

    private static JsonNode json(TestBroker broker, String... options) {
        var all = new ArrayList<>(List.of(options));
        all.add("--json");
        return ProtocolJson.mapper().readTree(audit(broker, all.toArray(String[]::new)).out());
    }

    private static Sluice audit(TestBroker broker, String... options) {
        var args = new ArrayList<>(List.of("audit"));
        args.addAll(List.of(options));
        return Sluice.run(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()),
                args.toArray(String[]::new));
    }
}
