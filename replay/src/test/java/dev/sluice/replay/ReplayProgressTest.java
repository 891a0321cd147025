package dev.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.protocol.ProtocolJson;
import dev.sluice.replay.ReplayDraft.Flaw;
import dev.sluice.replay.ReplayProgress.Counts;
import dev.sluice.replay.ReplayProgress.Span;
import dev.sluice.replay.ReplayProgress.State;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ReplayProgressTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final TestDraft DRAFT = TestDraft.pool("default").withStatus("failed");

    @Property(tries = 100)
    void progressIsReadBack(
            @ForAll State state,
            @ForAll boolean flag,
            @ForAll @LongRange(min = 0) long next,
            @ForAll @LongRange(min = 0) long count)
            throws Exception {
        var progress =
                new ReplayProgress(
                        "again.1",
                        DRAFT.within("-2h", "-1h").sentTo("b", "high", 7, "10%").get(),
                        START,
                        flag ? Optional.of("5/s") : Optional.empty(),
                        state,
                        flag,
                        flag ? Optional.empty() : Optional.of("me"),
                        START.plusMillis(count % 10_000),
                        !flag,
                        Map.of("sluice.requests.default-11", new Span(next, count)),
                        Map.of("sluice.requests.b.high-0", next),
                        flag ? Optional.of(START) : Optional.empty(),
                        new Counts(count, next, 1, 2),
                        flag ? Optional.of("why") : Optional.empty());

        assertThat(ProtocolJson.decode(ProtocolJson.encode(progress), ReplayProgress.class))
                .isEqualTo(progress);
    }

    @Test
    void aNameThatNobodyUsedStartsAndANameAloneDoesNot() {
        assertThat(decide(Optional.empty(), Optional.of(DRAFT), START))
                .isEqualTo(new ReplayStart.Fresh());
        assertThat(decide(Optional.empty(), Optional.empty(), START))
                .isInstanceOfSatisfying(
                        ReplayStart.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ReplayStart.Kind.UNKNOWN));
    }

    @Test
    void anotherSelectionUnderTheNameIsRefused() {
        var there = progress(State.PAUSED, Optional.empty(), START);

        for (TestDraft other :
                new TestDraft[] {
                    TestDraft.pool("default"),
                    DRAFT.withNode("a"),
                    DRAFT.within("-1h", "-1m"),
                    DRAFT.sentTo("default", "normal", 5, "100%")
                }) {
            assertThat(decide(Optional.of(there), Optional.of(other), START))
                    .isInstanceOfSatisfying(
                            ReplayStart.Refused.class,
                            refused ->
                                    assertThat(refused.kind())
                                            .isEqualTo(ReplayStart.Kind.OTHER_SELECTION));
        }
    }

    @Test
    void theSameSelectionGoesOnMuchLaterAlsoWithRelativeTimes() {
        var draft = DRAFT.within("-2h", "-5m");
        var there = of(draft, State.PAUSED, Optional.empty(), START);
        Instant nextDay = START.plusSeconds(86_400);

        assertThat(decide(Optional.of(there), Optional.of(draft), nextDay))
                .isEqualTo(new ReplayStart.GoOn(there));
        assertThat(decide(Optional.of(there), Optional.empty(), nextDay))
                .isEqualTo(new ReplayStart.GoOn(there));
        // relative times count from the first start
        assertThat(there.order().selection().from()).contains(START.minusSeconds(7_200));
    }

    @Test
    void whatIsDoneIsNotSentAgain() {
        var there = progress(State.DONE, Optional.empty(), START);

        assertThat(decide(Optional.of(there), Optional.of(DRAFT), START))
                .isEqualTo(new ReplayStart.Done(there));
    }

    @Test
    void aRunnerThatGivesSignsOfLifeIsLeftAlone() {
        var there = progress(State.RUNNING, Optional.of("someone"), START);

        assertThat(decide(Optional.of(there), Optional.of(DRAFT), START.plusSeconds(20)))
                .isInstanceOfSatisfying(
                        ReplayStart.Refused.class,
                        refused -> {
                            assertThat(refused.kind()).isEqualTo(ReplayStart.Kind.UNDER_WAY);
                            assertThat(refused.why()).contains("under way at someone");
                        });
        assertThat(ReplayStart.isAbandoned(there, START.plusSeconds(20))).isFalse();
    }

    @Test
    void aRunnerThatIsGoneOrLetGoIsFollowed() {
        var silent = progress(State.RUNNING, Optional.of("someone"), START);
        var letGo = progress(State.RUNNING, Optional.empty(), START);

        assertThat(decide(Optional.of(silent), Optional.of(DRAFT), START.plusSeconds(21)))
                .isEqualTo(new ReplayStart.GoOn(silent));
        assertThat(ReplayStart.isAbandoned(silent, START.plusSeconds(21))).isTrue();
        assertThat(decide(Optional.of(letGo), Optional.of(DRAFT), START))
                .isEqualTo(new ReplayStart.GoOn(letGo));
        assertThat(ReplayStart.isAbandoned(letGo, START)).isTrue();
    }

    @Test
    void aRunnerIsGoneOnlyWhenNothingOfItsCanArriveAnyMore() {
        assertThat(ReplayTimes.GONE_AFTER)
                .isGreaterThan(
                        ReplayTimes.SIGN_EVERY
                                .plus(ReplayTimes.SENDS_FOR)
                                .plus(ReplayTimes.APPEND));
    }

    @Test
    void allThatIsWrongWithADraftIsSaidAtOnce() {
        var draft =
                TestDraft.ids("no-id")
                        .withStatus("odd")
                        .withLane("middle")
                        .withPath("v1")
                        .within("yesterday", "-1h")
                        .get();

        assertThat(draft.flaws(START))
                .map(Flaw::field)
                .containsExactlyInAnyOrder("id", "status", "lane", "path", "from");
        assertThatThrownBy(() -> draft.order(START)).hasMessageContaining("status must be");
        assertThat(TestDraft.ids().get().flaws(START)).map(Flaw::field).containsExactly("pool");
        assertThat(TestDraft.pool("p").within("-1h", "-2h").get().flaws(START))
                .map(Flaw::field)
                .containsExactly("from");
    }

    private static ReplayStart decide(
            Optional<ReplayProgress> stored, Optional<TestDraft> wanted, Instant now) {
        return ReplayStart.decide("again", stored, wanted.map(TestDraft::get), now);
    }

    private static ReplayProgress progress(State state, Optional<String> owner, Instant seen) {
        return of(DRAFT, state, owner, seen);
    }

    private static ReplayProgress of(
            TestDraft draft, State state, Optional<String> owner, Instant seen) {
        return new ReplayProgress(
                "again",
                draft.get(),
                START,
                Optional.empty(),
                state,
                false,
                owner,
                seen,
                owner.isEmpty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                new Counts(0, 0, 0, 0),
                Optional.empty());
    }
}
