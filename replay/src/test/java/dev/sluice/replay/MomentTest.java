package dev.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "-90s, 2026-11-21T11:58:30Z",
        "-30m, 2026-11-21T11:30:00Z",
        "-2h, 2026-11-21T10:00:00Z",
        "-7d, 2026-11-14T12:00:00Z",
        "2026-11-21T10:00:00Z, 2026-11-21T10:00:00Z",
        "2026-11-21T10:00:00.25+02:00, 2026-11-21T08:00:00.250Z"
    })
    void isATimeOrSoLongAgo(String text, Instant moment) {
        assertThat(Moment.parse(text, NOW)).isEqualTo(moment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2h", "-2", "-h", "-1w", "yesterday", "2026-11-21", "-9999999999d"})
    void anythingElseIsRefusedWithWhatIsRight(String text) {
        assertThatThrownBy(() -> Moment.parse(text, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Moment.RULE)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-999999999-01-01T00:00:00Z", "+999999999-12-31T23:59:59Z"})
    void aTimeThatHasNoMillisecondsInALongIsRefused(String text) {
        assertThatThrownBy(() -> Moment.parse(text, NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTimeBeforeAllTimesIsRefused() {
        assertThatThrownBy(() -> Moment.parse("-999999999d", Instant.MIN))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
