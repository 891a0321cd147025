package dev.sluice.cli.text;

import java.time.Duration;
import java.util.Locale;

/** Numbers, sizes and times as people write them. */
public final class Amounts {

    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

    private Amounts() {}

    /** {@code 1,234}. */
    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 request}, {@code 2 requests}. */
    public static String of(long number, String noun) {
        return number(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /** {@code 1.5 KiB}. */
    public static String bytes(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", amount, UNITS[unit]);
    }

    /** {@code 2 h 5 min}, {@code 1 min 17 s}, {@code 0.4 s}. */
    public static String time(Duration time) {
        if (time.toSeconds() >= 3600) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        if (time.toSeconds() >= 60) {
            return time.toMinutes() + " min " + time.toSecondsPart() + " s";
        }
        double seconds = time.toMillis() / 1000.0;
        return String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
    }
}
