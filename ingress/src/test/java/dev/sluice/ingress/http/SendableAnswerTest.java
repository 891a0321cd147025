package dev.sluice.ingress.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingress.http.SendableAnswer.Flaw;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.HttpHeader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendableAnswerTest {

    private static final int MAX = 100_000;

    private static Optional<Flaw> flaw(int status, HttpHeader... headers) {
        var answer = new Answer(status, List.of(headers), Body.EMPTY);
        return SendableAnswer.flaw(answer, answer.headers(), MAX);
    }

    @Test
    void isAFinalStatusWithFieldsAsHttpHasThem() {
        assertThat(flaw(200, new HttpHeader("X-A", "a\tb \u00e9"), new HttpHeader("!#$", "")))
                .isEmpty();
        assertThat(flaw(599)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101, 104, 199, 600, 999})
    void isNoOtherStatus(int status) {
        assertThat(flaw(status).orElseThrow()).isInstanceOf(Flaw.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X A", "X\u0001", "X(", "\u00e9", "X\t"})
    void hasNamesThatAreTokens(String name) {
        assertThat(flaw(200, new HttpHeader(name, "a")).orElseThrow())
                .isInstanceOf(Flaw.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0001b", "\u007f", "a\u001b[2J"})
    void hasValuesWithoutControlCharacters(String value) {
        assertThat(flaw(200, new HttpHeader("X", value)).orElseThrow())
                .isInstanceOf(Flaw.Malformed.class);
    }

    @Test
    void hasRoomForWhatStandsBesideItsFields() {
        int room = MAX - SendableAnswer.AROUND_BYTES - "X: \r\n".length();
        assertThat(flaw(200, new HttpHeader("X", "a".repeat(room)))).isEmpty();
        assertThat(flaw(200, new HttpHeader("X", "a".repeat(room + 1))).orElseThrow())
                .isInstanceOf(Flaw.TooLarge.class);
    }
}
