package dev.sluice.testkit;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One request as a {@link FakeNode} saw it.
 *
 * @param arrivedNanos the instant its head was complete, on the clock of {@link System#nanoTime}
 * @param target path and query as sent
 * @param headers by name, in any case
 * @param body empty if the node keeps lengths only
 * @param bodyBytes length of the body as received
 * @param whole whether all of the body arrived; if not, what came of it is not counted
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and copied by nobody
public record Seen(
        long arrivedNanos,
        String method,
        String target,
        Map<String, List<String>> headers,
        byte[] body,
        int bodyBytes,
        boolean whole) {

    public Seen {
        var copy = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        headers = Collections.unmodifiableMap(copy);
    }

    /** The first value of a header, or null. */
    public @Nullable String header(String name) {
        var values = headers.get(name);
        return values == null ? null : values.getFirst();
    }

    /** Without what takes room: the body, and all headers but Sluice's own. */
    Seen lengthsOnly() {
        var own = new TreeMap<>(headers);
        own.keySet().removeIf(name -> !name.regionMatches(true, 0, "sluice-", 0, 7));
        return new Seen(arrivedNanos, method, target, own, new byte[0], bodyBytes, whole);
    }
}
