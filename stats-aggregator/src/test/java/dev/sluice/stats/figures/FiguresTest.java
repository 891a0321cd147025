package dev.sluice.stats.figures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ShardFold.Step;
import dev.sluice.stats.Results;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FiguresTest {

    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    private static final RequestsTopic TOPIC = new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL);

    private final Figures figures = new Figures(START.toEpochMilli());

    @Test
    void aRetriedRequestIsOneResultAndTwoAttempts() {
        var first = attempt("gpu-a", 10, 11, "503");
        var second = attempt("gpu-b", 20, 25, "200");
        take(new Step.First(Results.good(id(0), at(8), 100, first, second)), 25, false);

        PoolFigures pool = pool();
        assertThat(pool.outcome(Outcome.SUCCEEDED)).isEqualTo(1);
        assertThat(pool.reasons()).isEmpty();
        assertThat(pool.recent(ms(25))).isEqualTo(1);
        assertThat(pool.waitTimes(ms(25)).mean()).isEqualTo(2_000);
        assertThat(pool.serviceTimes(ms(25)).mean()).isEqualTo(5_000);
        NodeFigures a = figures.node("gpu-a");
        assertThat(List.of(a.requests(ms(25)), a.bytes(ms(25)), a.recentErrors(ms(25))))
                .containsExactly(1L, 100L, 1L);
        assertThat(List.of(a.results(), a.errors())).containsExactly(0L, 1L);
        NodeFigures b = figures.node("gpu-b");
        assertThat(List.of(b.requests(ms(25)), b.results(), b.errors()))
                .containsExactly(1L, 1L, 0L);
        // each attempt leaves the window a minute after it was sent, not after it was told
        assertThat(a.requests(ms(69))).isEqualTo(1);
        assertThat(a.requests(ms(70))).isZero();
        assertThat(b.requests(ms(79))).isEqualTo(1);
    }

    @Test
    void aDuplicateIsDoneAndNoResultOfThePool() {
        var duplicate = new Duplicate(id(1), id(0), at(1), at(2), "worker-1");
        take(new Step.First(duplicate), 2, false);
        take(new Step.Superseded(duplicate), 3, false);

        assertThat(pool().duplicateCount()).isEqualTo(1);
        assertThat(pool().supersededCount()).isEqualTo(1);
        assertThat(pool().recent(ms(3))).isZero();
        assertThat(pool().outcome(Outcome.SUCCEEDED)).isZero();
        assertThat(pool().waitTimes(ms(3)).count()).isZero();
    }

    @Test
    void failuresAreCountedByTheirReason() {
        var lost = attempt("gpu-a", 1, 2, "timeout");
        take(new Step.First(bad(0, Outcome.FAILED, Reason.TIMEOUT, lost)), 2, false);
        take(new Step.First(bad(1, Outcome.FAILED, Reason.TIMEOUT, lost)), 2, false);
        take(new Step.First(bad(2, Outcome.EXPIRED, Reason.DEADLINE_PASSED)), 2, false);

        assertThat(pool().reasons())
                .isEqualTo(Map.of(Reason.TIMEOUT, 2L, Reason.DEADLINE_PASSED, 1L));
        assertThat(pool().outcome(Outcome.FAILED)).isEqualTo(2);
        assertThat(pool().outcome(Outcome.EXPIRED)).isEqualTo(1);
        assertThat(pool().waitTimes(ms(2)).count()).isEqualTo(2);
        assertThat(figures.node("gpu-a").errors()).isEqualTo(2);
    }

    @Test
    void aSupersededResultChangesNothingButItsOwnCount() {
        var once = attempt("gpu-a", 1, 2, "200");
        take(new Step.First(Results.good(id(0), at(0), 1, once)), 2, false);
        take(new Step.Superseded(Results.good(id(0), at(0), 1, once)), 3, false);

        assertThat(pool().outcome(Outcome.SUCCEEDED)).isEqualTo(1);
        assertThat(pool().supersededCount()).isEqualTo(1);
        assertThat(figures.node("gpu-a").requests(ms(3))).isEqualTo(1);
    }

    @Test
    void theWarmUpFillsTheLastMinuteButNoTotal() {
        ResultEvent early = Results.good(id(0), at(-20), 1, attempt("gpu-a", -15, -10, "200"));
        // the fold knew of it by its checkpoint, so it calls it superseded, and a repeat as well
        take(new Step.Superseded(early), -10, true);
        take(new Step.Superseded(early), -9, true);
        take(
                new Step.First(Results.good(id(1), at(-20), 1, attempt("gpu-a", -8, -7, "500"))),
                -7,
                false);
        figures.warm();

        assertThat(pool().recent(ms(0))).isEqualTo(2);
        assertThat(pool().outcome(Outcome.SUCCEEDED)).isZero();
        assertThat(pool().supersededCount()).isZero();
        NodeFigures node = figures.node("gpu-a");
        assertThat(List.of(node.requests(ms(0)), node.results(), node.errors()))
                .containsExactly(2L, 0L, 0L);
    }

    @Test
    void nodesThatAreGoneAreForgottenWhenTheirMinuteIsOver() {
        take(
                new Step.First(Results.good(id(0), at(0), 1, attempt("gpu-a", 1, 2, "200"))),
                2,
                false);

        figures.keepNodes(Set.of(), ms(30));
        assertThat(figures.node("gpu-a").results()).isEqualTo(1);
        figures.keepNodes(Set.of("gpu-a"), ms(90));
        assertThat(figures.node("gpu-a").results()).isEqualTo(1);
        figures.keepNodes(Set.of(), ms(90));
        assertThat(figures.node("gpu-a").results()).isZero();
    }

    private void take(Step step, int second, boolean before) {
        figures.take(step, ms(second), before, ms(second));
    }

    private PoolFigures pool() {
        return Objects.requireNonNull(figures.pools().get(PoolName.DEFAULT));
    }

    private static ResultEvent bad(long offset, Outcome outcome, Reason reason, Attempt... made) {
        return Results.bad(id(offset), outcome, reason, at(1), made);
    }

    private static RequestId id(long offset) {
        return Results.id(TOPIC, 0, offset);
    }

    private static Attempt attempt(String node, int from, int to, String result) {
        return new Attempt(node, at(from), at(to), result);
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }

    private static long ms(int second) {
        return at(second).toEpochMilli();
    }
}
