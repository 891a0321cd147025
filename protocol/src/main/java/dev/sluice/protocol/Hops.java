package dev.sluice.protocol;

import java.util.Collection;
import java.util.OptionalInt;

/**
 * The header field that counts how often a request has passed through a Sluice, so that a node
 * which leads back to its own ingress ends in an answer and not in a loop.
 *
 * <p>The ingress keeps the field of a request, the worker sends it with one more, and an ingress
 * that finds too many answers {@code 508} (Loop Detected, RFC 5842).
 */
public final class Hops {

    public static final String HEADER = "Sluice-Hops";

    /** The most that the field says: it stays there, so that a loop never begins at 0 again. */
    public static final int MAX = 999;

    private static final int MAX_DIGITS = 3;

    private Hops() {}

    /** What a field says: digits, 0 to {@link #MAX}; nothing if it is anything else. */
    public static OptionalInt parse(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS) {
            return OptionalInt.empty();
        }
        int hops = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return OptionalInt.empty();
            }
            hops = 10 * hops + (c - '0');
        }
        return OptionalInt.of(hops);
    }

    /** How often a request with these has passed; of several fields the largest counts. */
    public static int of(Collection<HttpHeader> headers) {
        int most = 0;
        for (HttpHeader header : headers) {
            if (header.is(HEADER)) {
                most = Math.max(most, parse(header.value()).orElse(0));
            }
        }
        return most;
    }

    /** What the field of a request with these must say when it is sent on. */
    public static int next(Collection<HttpHeader> headers) {
        return Math.min(MAX, of(headers) + 1);
    }
}
