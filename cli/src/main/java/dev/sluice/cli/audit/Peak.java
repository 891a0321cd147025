package dev.sluice.cli.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/**
 * The most that fell into any sliding 60 s.
 *
 * @param amount requests, or bytes
 * @param from the first send that counts
 * @param to the last one, less than 60 s later
 */
public record Peak(long amount, Instant from, Instant to) {

    private static final long WINDOW_NANOS = 60_000_000_000L;

    /** The most sends; empty where there are none. */
    static Optional<Peak> requests(Sends inOrder) {
        return of(inOrder, send -> 1);
    }

    /** The most bytes; empty where there are no sends. */
    static Optional<Peak> bytes(Sends inOrder) {
        return of(inOrder, inOrder::bytes);
    }

    /** Over all windows {@code [t, t + 60 s)}, whatever {@code t}; the first of several. */
    private static Optional<Peak> of(Sends inOrder, IntToLongFunction weight) {
        long most = -1;
        int mostFirst = 0;
        int mostLast = 0;
        long sum = 0;
        int first = 0;
        for (int last = 0; last < inOrder.size(); last++) {
            sum += weight.applyAsLong(last);
            while (inOrder.nanos(last) - inOrder.nanos(first) >= WINDOW_NANOS) {
                sum -= weight.applyAsLong(first);
                first++;
            }
            if (sum > most) {
                most = sum;
                mostFirst = first;
                mostLast = last;
            }
        }
        return most < 0
                ? Optional.empty()
                : Optional.of(
                        new Peak(
                                most,
                                instant(inOrder.nanos(mostFirst)),
                                instant(inOrder.nanos(mostLast))));
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
