package dev.sluice.worker.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * The value of a {@code Retry-After} header: seconds or an HTTP date (RFC 9110, section 10.2.3).
 */
final class RetryAfter {

    // a node that asks for more is asked again after this
    private static final Duration MAX = Duration.ofHours(1);

    private RetryAfter() {}

    /** How long to wait from now, at most an hour; empty when the text is neither. */
    static Optional<Duration> parse(String text, Instant now) {
        String value = text.strip();
        Duration wait;
        if (value.matches("[0-9]{1,9}")) {
            wait = Duration.ofSeconds(Long.parseLong(value));
        } else {
            try {
                Instant until =
                        ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant();
                wait = Duration.between(now, until);
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }
        if (wait.isNegative()) {
            return Optional.of(Duration.ZERO);
        }
        return Optional.of(wait.compareTo(MAX) > 0 ? MAX : wait);
    }
}
