package dev.sluice.ingress.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.protocol.ReplayOf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The body of {@code POST /replays}. */
class ReplayBodyFuzzTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @FuzzTest
    void isAnOrderOrSaysWhatIsWrong(byte[] input) {
        switch (ReplayBody.parse(new String(input, StandardCharsets.UTF_8), NOW)) {
            case ReplayBody.NotJson not -> assertThat(not.why()).isNotBlank();
            case ReplayBody.Invalid invalid ->
                    assertThat(invalid.problems()).isNotEmpty().noneMatch(String::isBlank);
            case ReplayBody.Valid valid -> {
                assertThat(ReplayOf.isName(valid.name())).isTrue();
                var order = valid.draft().order(NOW);
                assertThat(order.selection().to())
                        .hasValueSatisfying(end -> assertThat(end).isBeforeOrEqualTo(NOW));
            }
        }
    }
}
