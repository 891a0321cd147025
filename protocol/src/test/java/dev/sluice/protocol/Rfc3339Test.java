package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {

    @Property
    void whatAnInstantWritesIsReadBack(@ForAll("ofTheLog") Instant instant) {
        assertThat(Rfc3339.parse(instant.toString())).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+12026-11-21T12:00:00Z",
                "-0001-12-31T23:59:59Z",
                "+1000000000-12-31T23:59:59.999999999Z",
                "-1000000000-01-01T00:00:00Z",
                "9999-12-31T24:00:00Z"
            })
    void refusesYearsThatTheRfcDoesNotHave(String text) {
        assertThatThrownBy(() -> Rfc3339.parse(text)).isInstanceOf(DateTimeException.class);
    }

    @Property
    void writesWhatInstantWrites(@ForAll("instants") Instant instant) {
        assertThat(Rfc3339.text(instant)).isEqualTo(instant.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-21T12:00:00Z",
                "2026-11-21T01:02:03.004Z",
                "2026-11-21T01:02:03.400500Z",
                "2026-11-21T01:02:03.000000001Z",
                "0000-01-01T00:00:00Z",
                "-0001-12-31T23:59:59.999999999Z",
                "9999-12-31T23:59:59.999999999Z",
                "+10000-01-01T00:00:00Z",
                "1969-12-31T23:59:59.1Z"
            })
    void writesTheBoundsAsInstantDoes(String text) {
        Instant instant = Instant.parse(text);
        assertThat(Rfc3339.text(instant)).isEqualTo(instant.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-21T12:00:00Z",
                "2026-11-21T12:00:00.5Z",
                "2026-11-21T12:00:00.000000001Z",
                "2024-02-29T23:59:59.999Z",
                "2026-11-21T24:00:00Z",
                "2016-12-31T23:59:60Z",
                "2026-11-21t12:00:00z",
                "2026-11-21T12:00:00+02:00"
            })
    void readsWhatInstantReads(String text) {
        assertThat(Rfc3339.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-11-21T12:00:00",
                "2026-11-21T12:00:00.",
                "2026-11-21T12:00:00,5Z",
                "2026-11-21T12:00:00.1234567890Z",
                "2026-13-21T12:00:00Z",
                "2026-02-29T12:00:00Z",
                "2026-11-21T25:00:00Z",
                "2026-11-21T12:60:00Z",
                "2026-11-21 12:00:00Z",
                "2026-11-21T12:00Z",
                "2026-11-2xT12:00:00Z",
                "2026-11-21T12:00:00.-1Z"
            })
    void refusesWhatInstantRefuses(String text) {
        assertThatThrownBy(() -> Instant.parse(text)).isInstanceOf(DateTimeException.class);
        assertThatThrownBy(() -> Rfc3339.parse(text)).isInstanceOf(DateTimeException.class);
    }

    @Provide
    Arbitrary<Instant> ofTheLog() {
        return Arbitraries.oneOf(Events.instants(), Arbitraries.of(Instant.EPOCH));
    }

    @Provide
    Arbitrary<Instant> instants() {
        return Arbitraries.oneOf(Events.instants(), Arbitraries.of(Instant.EPOCH, Instant.MAX));
    }
}
