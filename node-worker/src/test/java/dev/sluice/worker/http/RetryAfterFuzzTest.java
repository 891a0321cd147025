package dev.sluice.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** {@code Retry-After} of a node. */
class RetryAfterFuzzTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @FuzzTest
    void isFromNothingToAnHour(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        RetryAfter.parse(text, NOW)
                .ifPresent(
                        wait -> {
                            assertThat(wait).isBetween(Duration.ZERO, Duration.ofHours(1));
                            // a date is as far away for one who asks later, less that time
                            Instant later = NOW.plusSeconds(1);
                            assertThat(RetryAfter.parse(text, later))
                                    .hasValueSatisfying(
                                            then -> assertThat(then).isLessThanOrEqualTo(wait));
                        });
    }
}
