package dev.sluice.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.DoneSet;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.LedgerSnapshot;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ShardAuditTest {

    private static final int SHARD = 3;
    private static final RequestsTopic TOPIC = new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL);
    private static final RequestsTopic HIGH = new RequestsTopic(PoolName.DEFAULT, Lane.HIGH);
    private static final RequestsTopic OTHER = new RequestsTopic(new PoolName("b"), Lane.NORMAL);
    private static final RequestsTopic GONE = new RequestsTopic(new PoolName("g"), Lane.NORMAL);
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void eachRequestHasOneResultOrIsPending() {
        var audit = audit(0, 6, 0);
        for (long offset = 0; offset < 6; offset++) {
            audit.request(TOPIC, offset, Optional.of(nonce(offset)));
        }
        audit.result(succeeded(0, "w1"));
        audit.result(failed(1, Reason.TIMEOUT));
        audit.result(result(id(2), Outcome.EXPIRED, Reason.DEADLINE_PASSED, "w1", List.of()));
        audit.entry(new Duplicate(id(5), id(0), START, START, "w1"));
        var figures = audit.finish(Map.of());

        var pool = requests(figures);
        assertThat(pool)
                .isEqualTo(new PoolFigures(6, 1, 1, Map.of(Reason.TIMEOUT, 1L), 1, 1, 2, 0, 0));
        assertThat(figures.breaches().count()).isZero();
    }

    @Test
    void aRequestThatTheLedgerCallsDoneAndThatHasNoResultIsLost() {
        var byCheckpoint = audit(0, 3, 2);
        var bySnapshot = audit(0, 3, 0);
        for (var audit : List.of(byCheckpoint, bySnapshot)) {
            for (long offset = 0; offset < 3; offset++) {
                audit.request(TOPIC, offset, Optional.of(nonce(offset)));
            }
            audit.result(succeeded(0, "w1"));
        }
        var done = new DoneSet(0);
        done.add(1);
        bySnapshot.entry(new LedgerSnapshot(SHARD, Map.of(TOPIC, done)));

        for (var audit : List.of(byCheckpoint, bySnapshot)) {
            var figures = audit.finish(Map.of());
            assertThat(requests(figures).lost()).isEqualTo(1);
            assertThat(requests(figures).pending()).isEqualTo(1);
            assertThat(figures.breaches().kept()).containsExactly(new Breach.Lost(id(1)));
        }
    }

    @Test
    void whoseResultMayBeTrimmedIsNotJudged() {
        var audit = audit(0, 3, 3);
        for (long offset = 0; offset < 3; offset++) {
            audit.request(TOPIC, offset, Optional.of(nonce(offset)));
        }
        var figures = audit.finish(Map.of(TOPIC, 2L));

        assertThat(requests(figures).resultTrimmed()).isEqualTo(2);
        assertThat(figures.breaches().kept()).containsExactly(new Breach.Lost(id(2)));
    }

    @Test
    void aResultWithAnotherNonceIsAStrayAndLeavesTheRequestLost() {
        var audit = audit(0, 1, 1);
        audit.request(TOPIC, 0, Optional.of(nonce(0)));
        var stray = new RequestId(id(0).position(), new Nonce(99));
        audit.result(result(stray, Outcome.SUCCEEDED, null, "w1", List.of()));
        var figures = audit.finish(Map.of());

        assertThat(figures.breaches().kept())
                .containsExactly(new Breach.Lost(id(0)), new Breach.Stray(stray, "w1"));
    }

    @Test
    void aRecordThatNobodyCanReadHasItsResultWithoutANonce() {
        var audit = audit(0, 2, 2);
        audit.request(TOPIC, 0, Optional.empty());
        audit.request(TOPIC, 1, Optional.of(nonce(1)));
        for (long offset = 0; offset < 2; offset++) {
            var id = new RequestId(new Position(TOPIC, SHARD, offset), new Nonce(0));
            audit.result(result(id, Outcome.FAILED, Reason.UNREADABLE, "w1", List.of()));
        }
        var figures = audit.finish(Map.of());

        assertThat(requests(figures).failedBy()).containsExactly(Map.entry(Reason.UNREADABLE, 2L));
        assertThat(figures.breaches().count()).isZero();
    }

    @Test
    void aDuplicateEndsItsRequestAndLeadsToOneThatIsThere() {
        var audit = audit(0, 4, 0);
        for (long offset = 0; offset < 4; offset++) {
            audit.request(TOPIC, offset, Optional.of(nonce(offset)));
        }
        var gone = new RequestId(new Position(TOPIC, SHARD, 2), new Nonce(9));
        audit.entry(duplicate(id(1), id(0)));
        audit.entry(duplicate(id(1), id(0)));
        audit.entry(duplicate(id(3), gone));
        audit.entry(duplicate(gone, id(0)));
        var figures = audit.finish(Map.of());

        assertThat(requests(figures).duplicates()).isEqualTo(2);
        assertThat(requests(figures).pending()).isEqualTo(2);
        assertThat(requests(figures).accepted()).isEqualTo(4);
        assertThat(figures.results().recordedAgain()).isEqualTo(1);
        assertThat(figures.breaches().kept())
                .containsExactly(new Breach.Dangling(id(3), gone), new Breach.Stray(gone, "w1"));
    }

    @Test
    void offsetsWithoutARecordAreHolesUnlessTheyWereTrimmed() {
        var audit = audit(0, 9, 0);
        audit.trimmed(TOPIC, 2);
        for (long offset : List.of(3, 4, 7)) {
            audit.request(TOPIC, offset, Optional.of(nonce(offset)));
        }
        var figures = audit.finish(Map.of());

        assertThat(figures.breaches().kept())
                .containsExactly(
                        new Breach.Hole(new Position(TOPIC, SHARD, 2), 1),
                        new Breach.Hole(new Position(TOPIC, SHARD, 5), 2),
                        new Breach.Hole(new Position(TOPIC, SHARD, 8), 1));
        assertThat(requests(figures).accepted()).isEqualTo(3);
    }

    @Test
    void onlyWhatReachedANodeIsASendAndTheSameSendCountsOnce() {
        var audit = audit(0, 1, 0);
        audit.request(TOPIC, 0, Optional.of(nonce(0)));
        var attempts =
                List.of(
                        attempt("a", 1, Attempt.NO_CONNECTION),
                        attempt("a", 2, "503"),
                        attempt("b", 3, "200"));
        var first = result(id(0), Outcome.SUCCEEDED, null, "w1", attempts);
        var other = result(id(0), Outcome.SUCCEEDED, null, "w2", List.of(attempt("a", 4, "200")));
        List.of(first, first, other, first).forEach(audit::result);
        var figures = audit.finish(Map.of());

        assertThat(figures.results().superseded()).isEqualTo(2);
        assertThat(figures.results().recordedAgain()).isEqualTo(1);
        assertThat(figures.sendFigures()).isEqualTo(new SendFigures(3, 1, 0, 1, 3));
        var report = AuditReport.of(START, AuditScope.WHOLE, List.of(figures), new NodeLimits());
        assertThat(report.sendsByNode())
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", 2L, "b", 1L));
        assertThat(report.breaches()).isEmpty();
    }

    @Test
    void breachesAreCountedAndOnlySoManyKept() {
        int many = Breaches.KEPT_MAX + 50;
        var audit = audit(0, many, many);
        for (long offset = 0; offset < many; offset++) {
            audit.request(TOPIC, offset, Optional.of(nonce(offset)));
        }
        var figures = audit.finish(Map.of());

        assertThat(figures.breaches().count()).isEqualTo(many);
        assertThat(figures.breaches().kept()).hasSize(Breaches.KEPT_MAX);
    }

    @Test
    void aTableLargerThanOneChunkKeepsAllItsRows() {
        int many = 10_000;
        var audit = audit(5, many, many);
        for (long offset = 5; offset < many; offset++) {
            audit.request(TOPIC, offset, Optional.of(nonce(offset)));
        }
        for (long offset = many - 1L; offset >= 5; offset--) {
            audit.result(succeeded(offset, "w"));
        }
        var figures = audit.finish(Map.of());

        assertThat(requests(figures).succeeded()).isEqualTo(many - 5);
        assertThat(figures.breaches().count()).isZero();
    }

    /** What an audit says, by a model that keeps everything and looks everywhere. */
    @Property(tries = 1000)
    void agreesWithAModelThatKeepsEverything(@ForAll long seed) {
        var scenario = new Scenario(new Random(seed));
        ShardFigures figures = scenario.audit();

        var all = PoolFigures.sum(figures.pools());
        assertThat(all.accepted()).isEqualTo(scenario.accepted());
        assertThat(all.succeeded() + all.failed() + all.expired()).isEqualTo(scenario.done());
        assertThat(all.pending()).isEqualTo(scenario.pending());
        assertThat(all.lost()).isEqualTo(scenario.lost());
        assertThat(all.resultTrimmed())
                .isEqualTo(all.accepted() - scenario.done() - all.pending() - all.lost());
        assertThat(figures.results()).isEqualTo(scenario.results());
        assertThat(figures.breaches().counts().getOrDefault("lost", 0L)).isEqualTo(scenario.lost());
        long holes =
                figures.breaches().kept().stream()
                        .mapToLong(b -> b instanceof Breach.Hole hole ? hole.count() : 0)
                        .sum();
        assertThat(holes).isEqualTo(scenario.holes());
    }

    /** A shard of two topics with anything in its log, and the naive answers. */
    private static final class Scenario {

        private final Map<RequestsTopic, ShardExtent.Requests> extents = new HashMap<>();
        private final Map<Position, Long> requests = new HashMap<>();
        private final List<ResultHead> results = new ArrayList<>();
        private final List<LedgerSnapshot> snapshots = new ArrayList<>();
        private final Map<RequestsTopic, Long> judgedFrom = new HashMap<>();
        private long offsets;

        Scenario(Random random) {
            for (RequestsTopic topic : List.of(TOPIC, HIGH)) {
                long begin = random.nextInt(4);
                long from = begin + random.nextInt(3);
                long to = from + random.nextInt(9);
                long end = to + random.nextInt(3);
                extents.put(
                        topic, new ShardExtent.Requests(begin, from, to, end, random.nextInt(12)));
                for (long offset = from; offset < to; offset++) {
                    offsets++;
                    if (random.nextInt(6) > 0) {
                        requests.put(new Position(topic, SHARD, offset), (long) random.nextInt(2));
                    }
                }
                if (random.nextBoolean()) {
                    judgedFrom.put(topic, (long) random.nextInt(12));
                }
            }
            for (int i = random.nextInt(30); i > 0; i--) {
                var topic = List.of(TOPIC, TOPIC, HIGH, HIGH, OTHER, GONE).get(random.nextInt(6));
                var position = new Position(topic, SHARD, random.nextInt(18));
                results.add(
                        result(
                                new RequestId(position, new Nonce(random.nextInt(2))),
                                Outcome.SUCCEEDED,
                                null,
                                "w" + random.nextInt(2),
                                List.of()));
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                var done = new DoneSet(random.nextInt(5));
                done.add(random.nextInt(12));
                snapshots.add(new LedgerSnapshot(SHARD, Map.of(TOPIC, done)));
            }
        }

        ShardFigures audit() {
            var audit = new ShardAudit(new ShardExtent(SHARD, extents, Set.of(OTHER)));
            requests.forEach(
                    (position, nonce) ->
                            audit.request(
                                    position.topic(),
                                    position.offset(),
                                    Optional.of(new Nonce(nonce))));
            results.forEach(audit::result);
            snapshots.forEach(audit::entry);
            audit.entry(new Held(SHARD, START, List.of()));
            return audit.finish(judgedFrom);
        }

        long accepted() {
            return requests.size();
        }

        long holes() {
            return offsets - requests.size();
        }

        long done() {
            return requests.entrySet().stream().filter(r -> !of(r).isEmpty()).count();
        }

        long pending() {
            return requests.entrySet().stream()
                    .filter(r -> of(r).isEmpty() && !calledDone(r.getKey()))
                    .count();
        }

        long lost() {
            return requests.entrySet().stream()
                    .filter(r -> of(r).isEmpty() && calledDone(r.getKey()))
                    .filter(r -> r.getKey().offset() >= judgedFrom(r.getKey()))
                    .count();
        }

        ResultFigures results() {
            long again = 0;
            long superseded = 0;
            for (var request : requests.entrySet()) {
                List<ResultHead> of = of(request);
                for (int i = 1; i < of.size(); i++) {
                    if (of.get(i).equals(of.get(i - 1))) {
                        again++;
                    } else {
                        superseded++;
                    }
                }
            }
            long stray = 0;
            long trimmed = 0;
            long outside = 0;
            long noTopic = 0;
            for (ResultHead result : results) {
                Position at = result.request().position();
                var extent = extents.get(at.topic());
                if (extent == null) {
                    outside += at.topic().equals(OTHER) ? 1 : 0;
                    noTopic += at.topic().equals(GONE) ? 1 : 0;
                } else if (at.offset() < extent.begin()) {
                    trimmed++;
                } else if (at.offset() < extent.end()
                        && (at.offset() < extent.from() || at.offset() >= extent.to())) {
                    outside++;
                } else if (!Long.valueOf(result.request().nonce().bits())
                        .equals(requests.get(at))) {
                    stray++;
                }
            }
            return new ResultFigures(
                    results.size(), superseded, again, stray, trimmed, outside, noTopic, 0);
        }

        private List<ResultHead> of(Map.Entry<Position, Long> request) {
            var id = new RequestId(request.getKey(), new Nonce(request.getValue()));
            return results.stream().filter(result -> result.request().equals(id)).toList();
        }

        private boolean calledDone(Position position) {
            var extent = extents.get(position.topic());
            return (extent != null && position.offset() < extent.next())
                    || snapshots.stream()
                            .map(snapshot -> snapshot.done().get(position.topic()))
                            .anyMatch(done -> done != null && done.contains(position.offset()));
        }

        private long judgedFrom(Position position) {
            return judgedFrom.getOrDefault(position.topic(), 0L);
        }
    }

    private static ShardAudit audit(long from, long to, long next) {
        var range = new ShardExtent.Requests(0, from, to, to, next);
        return new ShardAudit(new ShardExtent(SHARD, Map.of(TOPIC, range), Set.of()));
    }

    private static PoolFigures requests(ShardFigures figures) {
        return PoolFigures.sum(figures.pools());
    }

    private static Nonce nonce(long offset) {
        return new Nonce(1000 + offset);
    }

    private static RequestId id(long offset) {
        return new RequestId(new Position(TOPIC, SHARD, offset), nonce(offset));
    }

    private static ResultHead succeeded(long offset, String worker) {
        return result(id(offset), Outcome.SUCCEEDED, null, worker, List.of());
    }

    private static ResultHead failed(long offset, Reason reason) {
        return result(id(offset), Outcome.FAILED, reason, "w1", List.of());
    }

    private static Duplicate duplicate(RequestId id, RequestId first) {
        return new Duplicate(id, first, START, START, "w1");
    }

    private static Attempt attempt(String node, int second, String result) {
        Instant at = START.plusSeconds(second);
        return new Attempt(node, at, at.plusMillis(5), result);
    }

    private static ResultHead result(
            RequestId id,
            Outcome outcome,
            @org.jspecify.annotations.Nullable Reason reason,
            String worker,
            List<Attempt> attempts) {
        return new ResultHead(
                id,
                outcome,
                Optional.ofNullable(reason),
                Optional.empty(),
                attempts.size(),
                attempts,
                10,
                worker);
    }
}
