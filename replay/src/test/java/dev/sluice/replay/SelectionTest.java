package dev.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Lane;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final End GOOD = ended(End.Kind.SUCCEEDED, 200, null, "a");
    private static final End BUSY = ended(End.Kind.FAILED, 503, Reason.NODE_ERROR, "b");
    private static final End LATE = ended(End.Kind.FAILED, null, Reason.TIMEOUT, "b");
    private static final End OVER = ended(End.Kind.EXPIRED, null, Reason.DEADLINE_PASSED, null);

    @ParameterizedTest
    @CsvSource({
        "succeeded, true, false, false, false, false",
        "failed, false, true, true, false, false",
        "expired, false, false, false, true, false",
        "pending, false, false, false, false, true",
        "5xx, false, true, false, false, false",
        "2xx, true, false, false, false, false",
        "503, false, true, false, false, false",
        "timeout, false, false, true, false, false",
    })
    void aStatusMeansWhatEndedSo(
            String text, boolean good, boolean busy, boolean late, boolean over, boolean pending) {
        Selection selection = of(draft().withStatus(text));

        assertThat(List.of(GOOD, BUSY, LATE, OVER, End.PENDING))
                .map(selection::hasEnd)
                .containsExactly(good, busy, late, over, pending);
    }

    @Test
    void withoutAStatusAllThatHasEndedIsMeantAndNothingThatWasNeverSent() {
        Selection any = of(draft());

        assertThat(List.of(GOOD, BUSY, LATE, OVER)).allMatch(any::hasEnd);
        assertThat(any.hasEnd(End.PENDING)).isFalse();
        assertThat(any.hasEnd(End.DUPLICATE)).isFalse();
    }

    @Test
    void severalStatusesMeanAnyOfThem() {
        Selection selection = of(draft().withStatus("expired", "5xx"));

        assertThat(List.of(GOOD, BUSY, LATE, OVER))
                .map(selection::hasEnd)
                .containsExactly(false, true, false, true);
    }

    @Test
    void aNodeMeansTheOneOfTheLastAttempt() {
        Selection selection = of(draft().withNode("b"));

        assertThat(List.of(GOOD, BUSY, LATE, OVER))
                .map(selection::hasEnd)
                .containsExactly(false, true, true, false);
    }

    @Test
    void aTimeRangeHasItsStartAndNotItsEnd() {
        Selection selection = of(draft().within("2026-11-22T08:00Z", "-1h"));

        assertThat(at(selection, "07:59:59.999")).isFalse();
        assertThat(at(selection, "08:00:00")).isTrue();
        assertThat(at(selection, "08:59:59.999")).isTrue();
        assertThat(at(selection, "09:00:00")).isFalse();
    }

    @Test
    void theEndIsTheStartOfTheReplaySoThatItNeverMeetsItself() {
        assertThat(of(draft()).to()).contains(NOW);
        assertThat(of(draft().within("-1h", "2030-01-01T00:00Z")).to()).contains(NOW);
    }

    @Test
    void poolLanePathAndIdAreLookedAt() {
        RequestId low = id("default", Lane.LOW, 7);
        RequestId other = id("other", Lane.LOW, 7);

        assertThat(of(draft().withLane("low", "high")).mayHave(low, NOW.minusMillis(1), "/x"))
                .isTrue();
        assertThat(of(draft().withLane("high")).mayHave(low, NOW.minusMillis(1), "/x")).isFalse();
        assertThat(of(draft()).mayHave(other, NOW.minusMillis(1), "/x")).isFalse();
        assertThat(of(draft().withPath("/v1/")).mayHave(low, NOW.minusMillis(1), "/v1/chat?a=1"))
                .isTrue();
        assertThat(of(draft().withPath("/v1/")).mayHave(low, NOW.minusMillis(1), "/v2/chat"))
                .isFalse();
        assertThat(of(draft().withId(low)).mayHave(low, NOW.minusMillis(1), "/x")).isTrue();
        assertThat(
                        of(draft().withId(low))
                                .mayHave(id("default", Lane.LOW, 8), NOW.minusMillis(1), "/x"))
                .isFalse();
    }

    @Property(tries = 30)
    void aSampleIsItsShareAndTheSameEachTime(
            @ForAll @DoubleRange(min = 0.05, max = 1) double share, @ForAll long seed) {
        var sample = new Sample(share);
        var ids =
                LongStream.range(0, 4_000)
                        .mapToObj(
                                i ->
                                        new RequestId(
                                                id("p", Lane.NORMAL, i).position(),
                                                new Nonce(seed + i * 7_919)))
                        .toList();

        long included = ids.stream().filter(sample::includes).count();

        // five standard deviations
        double deviation = 5 * Math.sqrt(4_000 * share * (1 - share));
        assertThat((double) included)
                .isBetween(4_000 * share - deviation, 4_000 * share + deviation);
        assertThat(ids.stream().filter(new Sample(share)::includes).count()).isEqualTo(included);
    }

    @Property
    void aSmallerSampleIsPartOfALargerOne(
            @ForAll long bits, @ForAll @DoubleRange(min = 0.01, max = 0.99) double share) {
        var id = new RequestId(id("p", Lane.HIGH, 5).position(), new Nonce(bits));

        if (new Sample(share / 2).includes(id)) {
            assertThat(new Sample(share).includes(id)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0%", "1.01", "101%", "-1", "x", "", "1e3"})
    void whatIsNoShareIsRefused(String text) {
        assertThat(Sample.parse(text)).isEmpty();
    }

    @Test
    void aShareIsTypedAsANumberOrInPercent() {
        assertThat(Sample.parse("10%")).contains(new Sample(0.1));
        assertThat(Sample.parse("0.1")).contains(new Sample(0.1));
        assertThat(Sample.parse("1")).contains(Sample.ALL);
    }

    static TestDraft draft() {
        return TestDraft.pool("default");
    }

    private static Selection of(TestDraft draft) {
        return draft.get().order(NOW).selection();
    }

    private static boolean at(Selection selection, String time) {
        return selection.mayHave(
                id("default", Lane.NORMAL, 1), Instant.parse("2026-11-22T" + time + "Z"), "/");
    }

    static RequestId id(String pool, Lane lane, long offset) {
        var topic = new RequestsTopic(new PoolName(pool), lane);
        return new RequestId(new Position(topic, 3, offset), new Nonce(offset + 1));
    }

    private static End ended(
            End.Kind kind,
            @org.jspecify.annotations.Nullable Integer status,
            @org.jspecify.annotations.Nullable Reason reason,
            @org.jspecify.annotations.Nullable String node) {
        return new End(
                kind,
                Optional.ofNullable(status),
                Optional.ofNullable(reason),
                Optional.ofNullable(node),
                1);
    }
}
