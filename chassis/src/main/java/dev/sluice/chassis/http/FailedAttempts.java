package dev.sluice.chassis.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The wrong tokens that each address has sent of late, and what follows: after ten within a minute
 * it is refused for a minute, whatever others do. Pure; not safe for use by several threads.
 */
final class FailedAttempts {

    static final int MOST = 10;
    static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    // some 100 bytes each; beyond, the address that was silent the longest is forgotten
    static final int ADDRESSES_MAX = 10_000;
    // of all addresses together, in a window
    private static final int LINES_MAX = 20;

    private record Tally(int count, long sinceNanos) {

        Tally oneMore(long nowNanos) {
            boolean tooMany = count + 1 == MOST;
            return new Tally(Math.min(count + 1, MOST), tooMany ? nowNanos : sinceNanos);
        }
    }

    private final Map<String, Tally> entries =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Tally> eldest) {
                    return size() > ADDRESSES_MAX;
                }
            };
    private int lines;
    private long linesSinceNanos;

    /** For how many seconds more this address is refused; empty when it may try. */
    OptionalLong refusedSeconds(String address, long nowNanos) {
        Tally entry = entries.get(address);
        if (entry == null || entry.count < MOST) {
            return OptionalLong.empty();
        }
        long left = WINDOW_NANOS - (nowNanos - entry.sinceNanos);
        return left <= 0
                ? OptionalLong.empty()
                : OptionalLong.of(1 + TimeUnit.NANOSECONDS.toSeconds(left - 1));
    }

    /**
     * Notes a wrong token; from the one that is too many the minute is counted anew.
     *
     * @return how many it were in this minute
     */
    int failed(String address, long nowNanos) {
        Tally before = entries.getOrDefault(address, new Tally(0, nowNanos));
        boolean over = nowNanos - before.sinceNanos >= WINDOW_NANOS;
        Tally now = over ? new Tally(1, nowNanos) : before.oneMore(nowNanos);
        entries.put(address, now);
        return now.count;
    }

    /** The right token was sent from there: whoever mistyped it before is let off. */
    void succeeded(String address) {
        entries.remove(address);
    }

    /** How many are remembered. */
    int addresses() {
        return entries.size();
    }

    /** Whether one more line in the log is due, so that nobody fills it. */
    boolean mayLog(long nowNanos) {
        if (lines == 0 || nowNanos - linesSinceNanos >= WINDOW_NANOS) {
            lines = 0;
            linesSinceNanos = nowNanos;
        }
        return ++lines <= LINES_MAX;
    }
}
