package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HopsTest {

    @Property
    void readsEachNumberThatTheFieldMaySay(@ForAll @IntRange(max = 999) int hops) {
        assertThat(Hops.parse(Integer.toString(hops))).hasValue(hops);
        assertThat(Hops.parse("%03d".formatted(hops))).hasValue(hops);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1000", "0001", "-1", "+1", " 1", "1 ", "1, 2", "1.0", "a", "१"})
    void readsNothingElse(String text) {
        assertThat(Hops.parse(text)).isEmpty();
        assertThat(Hops.of(List.of(new HttpHeader(Hops.HEADER, text)))).isZero();
    }

    @Test
    void aRequestWithoutTheFieldHasNotPassed() {
        assertThat(Hops.of(List.of(new HttpHeader("Accept", "7")))).isZero();
        assertThat(Hops.next(List.of())).isEqualTo(1);
    }

    @Test
    void itsNameIsReadInAnyCase() {
        assertThat(Hops.of(List.of(new HttpHeader("sluice-HOPS", "7")))).isEqualTo(7);
    }

    @Test
    void theLargestOfSeveralCountsSoThatNoneBeginsALoopAnew() {
        var fields =
                List.of(
                        new HttpHeader(Hops.HEADER, "0"),
                        new HttpHeader(Hops.HEADER, "12"),
                        new HttpHeader(Hops.HEADER, "none"));
        assertThat(Hops.of(fields)).isEqualTo(12);
        assertThat(Hops.next(fields)).isEqualTo(13);
    }

    @Test
    void atItsMostItStays() {
        assertThat(Hops.next(List.of(new HttpHeader(Hops.HEADER, "999")))).isEqualTo(999);
    }
}
