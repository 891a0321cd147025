package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;

/** Our reader and writer of times against the JDK's. */
class Rfc3339FuzzTest {

    @FuzzTest
    void agreesWithTheJdk(byte[] input) {
        String text = FuzzInput.text(input);
        Optional<Instant> time = read(text, Rfc3339::parse);
        assertThat(time)
                .isEqualTo(read(text, Instant::parse).filter(Rfc3339FuzzTest::hasFourDigits));
        time.ifPresent(
                at -> {
                    assertThat(Rfc3339.text(at)).isEqualTo(at.toString());
                    assertThat(Rfc3339.parse(Rfc3339.text(at))).isEqualTo(at);
                });
    }

    private static boolean hasFourDigits(Instant time) {
        int year = time.atOffset(ZoneOffset.UTC).getYear();
        return year >= 0 && year <= 9999;
    }

    private static Optional<Instant> read(String text, Function<String, Instant> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
