package dev.sluice.ingress.queue;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** The {@code Sluice-Deadline} field: seconds as a decimal number, such as {@code 90} or 0.5. */
public final class DeadlineHeader {

    /** The longest deadline: one that is longer than requests are kept has no meaning. */
    public static final Duration MAX = Duration.ofDays(30);

    /** What it must be, for error messages. */
    public static final String RULE =
            "a number of seconds from 0.001 to %d".formatted(MAX.toSeconds());

    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,9}(?:\\.[0-9]{1,9})?");

    private DeadlineHeader() {}

    /** The deadline in whole milliseconds; empty when the text is none. */
    public static Optional<Duration> parse(String value) {
        String text = value.strip();
        if (!DECIMAL.matcher(text).matches()) {
            return Optional.empty();
        }
        long millis = new BigDecimal(text).movePointRight(3).longValue();
        if (millis < 1 || millis > MAX.toMillis()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis(millis));
    }
}
