package dev.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A selection as anybody types it, an option on each line: it is an order, or has flaws. */
class ReplayDraftFuzzTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @FuzzTest
    void isAnOrderOrHasFlaws(byte[] input) {
        String[] lines = new String(input, StandardCharsets.UTF_8).split("\n", -1);
        var draft =
                new ReplayDraft(
                        line(lines, 0),
                        line(lines, 1).stream().toList(),
                        line(lines, 2),
                        line(lines, 3),
                        line(lines, 4).stream().toList(),
                        line(lines, 5).stream().toList(),
                        line(lines, 6),
                        line(lines, 7),
                        line(lines, 8),
                        line(lines, 9),
                        line(lines, 10),
                        Optional.empty());
        List<ReplayDraft.Flaw> flaws = draft.flaws(NOW);
        if (!flaws.isEmpty()) {
            assertThatThrownBy(() -> draft.order(NOW)).isInstanceOf(IllegalArgumentException.class);
        } else {
            Selection chosen = draft.order(NOW).selection();
            assertThat(draft.meansTheSameAs(draft, NOW)).isTrue();
            // the log is asked for times in milliseconds
            Instant end = chosen.to().orElseThrow();
            assertThat(end.toEpochMilli()).isLessThanOrEqualTo(NOW.toEpochMilli());
            chosen.from()
                    .ifPresent(
                            at -> assertThat(at.toEpochMilli()).isLessThan(end.toEpochMilli() + 1));
        }
        line(lines, 0)
                .flatMap(Rate::parse)
                .ifPresent(rate -> assertThat(Rate.parse(rate.toString())).contains(rate));
    }

    private static Optional<String> line(String[] lines, int index) {
        return index < lines.length && !lines[index].isEmpty()
                ? Optional.of(lines[index])
                : Optional.empty();
    }
}
