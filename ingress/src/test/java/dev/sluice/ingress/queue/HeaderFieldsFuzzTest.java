package dev.sluice.ingress.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The values of {@code Sluice-Deadline} and {@code Idempotency-Key}, whatever a client sends. */
class HeaderFieldsFuzzTest {

    @FuzzTest
    void isWithinItsBoundsOrNothing(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        Optional<Duration> deadline = DeadlineHeader.parse(text);
        deadline.ifPresent(
                time -> {
                    assertThat(time).isBetween(Duration.ofMillis(1), DeadlineHeader.MAX);
                    assertThat(time.toNanosPart() % 1_000_000).isZero();
                    double seconds = Double.parseDouble(text.strip());
                    assertThat(time.toMillis()).isEqualTo((long) Math.floor(seconds * 1000 + 1e-6));
                });
        Optional<String> key = IdempotencyKeyHeader.parse(text);
        key.ifPresent(
                name -> {
                    assertThat(name.strip()).isNotEmpty();
                    assertThat(name).hasSizeLessThanOrEqualTo(255).matches("[ -~]+");
                    // quoted, it is the same key
                    String quoted = '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
                    assertThat(IdempotencyKeyHeader.parse(quoted)).contains(name);
                });
    }
}
