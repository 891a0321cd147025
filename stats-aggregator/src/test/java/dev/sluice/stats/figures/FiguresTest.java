package dev.sluice.stats.figures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ShardFold.Step;
import dev.sluice.stats.Results;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FiguresTest {

    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    private static final RequestsTopic TOPIC = new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL);

    private final Figures figures = new Figures();

    @Test
    void aRetriedRequestIsOneResultAndTwoAttempts() {
        var first = attempt("gpu-a", 10, 11, "503");
        var second = attempt("gpu-b", 20, 25, "200");
        take(new Step.First(Results.good(id(0), at(8), 100, first, second)), 25, false);

        PoolFigures pool = pool();
        assertThat(pool.recent(ms(25))).isEqualTo(1);
        assertThat(pool.waitTimes(ms(25)).mean()).isEqualTo(2_000);
        assertThat(pool.serviceTimes(ms(25)).mean()).isEqualTo(5_000);
        NodeFigures a = figures.node("gpu-a");
        assertThat(List.of(a.requests(ms(25)), a.bytes(ms(25)), a.recentErrors(ms(25))))
                .containsExactly(1L, 100L, 1L);
        NodeFigures b = figures.node("gpu-b");
        assertThat(List.of(b.requests(ms(25)), b.recentErrors(ms(25)))).containsExactly(1L, 0L);
        // each attempt leaves the window a minute after it was sent, not after it was told
        assertThat(a.requests(ms(69))).isEqualTo(1);
        assertThat(a.requests(ms(70))).isZero();
        assertThat(b.requests(ms(79))).isEqualTo(1);
    }

    @Test
    void aDuplicateIsNoResultOfThePool() {
        var duplicate = new Duplicate(id(1), id(0), at(1), at(2), "worker-1");
        take(new Step.First(duplicate), 2, false);
        take(new Step.Superseded(duplicate), 3, false);

        assertThat(figures.pools()).isEmpty();
    }

    @Test
    void aSupersededResultChangesNothing() {
        var once = attempt("gpu-a", 1, 2, "200");
        take(new Step.First(Results.good(id(0), at(0), 1, once)), 2, false);
        take(new Step.Superseded(Results.good(id(0), at(0), 1, once)), 3, false);

        assertThat(pool().recent(ms(3))).isEqualTo(1);
        assertThat(figures.node("gpu-a").requests(ms(3))).isEqualTo(1);
    }

    @Test
    void theWarmUpFillsTheLastMinute() {
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
        NodeFigures node = figures.node("gpu-a");
        assertThat(List.of(node.requests(ms(0)), node.recentErrors(ms(0)))).containsExactly(2L, 1L);
    }

    @Test
    void nodesThatAreGoneAreForgottenWhenTheirMinuteIsOver() {
        take(
                new Step.First(Results.good(id(0), at(0), 1, attempt("gpu-a", 1, 2, "200"))),
                2,
                false);
        NodeFigures known = figures.node("gpu-a");

        figures.keepNodes(Set.of(), ms(30));
        assertThat(figures.node("gpu-a")).isSameAs(known);
        figures.keepNodes(Set.of("gpu-a"), ms(90));
        assertThat(figures.node("gpu-a")).isSameAs(known);
        figures.keepNodes(Set.of(), ms(90));
        assertThat(figures.node("gpu-a")).isNotSameAs(known);
    }

    private void take(Step step, int second, boolean before) {
        figures.take(step, ms(second), before, ms(second));
    }

    private PoolFigures pool() {
        return Objects.requireNonNull(figures.pools().get(PoolName.DEFAULT));
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
