package dev.sluice.replay;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A moment as it is typed: RFC 3339, or so long ago. */
public final class Moment {

    /** What may be typed, for help and error messages. */
    public static final String RULE =
            "a time such as 2026-11-21T10:00:00Z, or so long ago: -90s, -30m, -2h, -7d";

    // a century in seconds has ten digits
    private static final Pattern AGO = Pattern.compile("-([0-9]{1,9})([smhd])");

    private static final Instant EARLIEST = Instant.ofEpochMilli(Long.MIN_VALUE);
    private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);

    private Moment() {}

    /**
     * The moment that this text names.
     *
     * @throws IllegalArgumentException if it names none, with what is right
     */
    public static Instant parse(String text, Instant now) {
        Matcher ago = AGO.matcher(text);
        try {
            Instant moment =
                    ago.matches()
                            ? now.minus(duration(Long.parseLong(ago.group(1)), ago.group(2)))
                            : OffsetDateTime.parse(text).toInstant();
            if (moment.isBefore(EARLIEST) || moment.isAfter(LATEST)) {
                throw new DateTimeException("the log is asked for milliseconds in a long");
            }
            return moment;
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("must be %s; not '%s'".formatted(RULE, text), e);
        }
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> throw new IllegalStateException("no unit: " + unit);
        };
    }
}
