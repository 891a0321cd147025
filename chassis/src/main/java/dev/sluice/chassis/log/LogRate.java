package dev.sluice.chassis.log;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * A bound on how often a line is written that a stranger can bring about: so many in a time, the
 * others are counted.
 */
public final class LogRate {

    private final int lines;
    private final long perNanos;
    private long began;
    private int written;
    private long leftOut;

    /** At most so many lines in each such time. */
    public LogRate(int lines, Duration per) {
        if (lines < 1 || per.isNegative() || per.isZero()) {
            throw new IllegalArgumentException("not a rate: " + lines + " in " + per);
        }
        this.lines = lines;
        this.perNanos = per.toNanos();
    }

    /**
     * Whether a line may be written now.
     *
     * @return how many were left out before it; empty: leave this one out, too
     */
    public synchronized OptionalLong admit(long nowNanos) {
        if (written > 0 && nowNanos - began >= perNanos) {
            written = 0;
        }
        if (written == lines) {
            leftOut++;
            return OptionalLong.empty();
        }
        if (written == 0) {
            began = nowNanos;
        }
        written++;
        long before = leftOut;
        leftOut = 0;
        return OptionalLong.of(before);
    }
}
