package dev.sluice.replay;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many requests in which time.
 *
 * @param requests 1 to {@value #MAX}
 * @param seconds 1 or 60
 */
public record Rate(int requests, int seconds) {

    /** What may be typed, for help and error messages. */
    public static final String RULE = "a rate such as 50/s or 600/min";

    private static final int MAX = 1_000_000;
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,7})/(s|min)");

    public Rate {
        if (requests < 1 || requests > MAX || (seconds != 1 && seconds != 60)) {
            throw new IllegalArgumentException("not a rate: " + requests + " in " + seconds);
        }
    }

    /** The rate that this text is; empty when it is none. */
    public static Optional<Rate> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int requests = Integer.parseInt(matcher.group(1));
        return requests < 1 || requests > MAX
                ? Optional.empty()
                : Optional.of(new Rate(requests, matcher.group(2).equals("s") ? 1 : 60));
    }

    public double perSecond() {
        return (double) requests / seconds;
    }

    /** Between two requests. */
    long intervalNanos() {
        return seconds * 1_000_000_000L / requests;
    }

    @Override
    public String toString() {
        return requests + (seconds == 1 ? "/s" : "/min");
    }
}
