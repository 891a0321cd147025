package dev.sluice.ingress.kafka;

import dev.sluice.protocol.RequestId;
import java.util.LinkedHashMap;

/**
 * How far scans for results got that ran out of time, so that the next look-up goes on from there.
 */
final class ScanProgress {

    static final long NONE = -1;

    // a client that asks again does so soon; those that do not must not fill the heap
    private static final int MAX = 1_000;

    private final LinkedHashMap<RequestId, Long> next = new LinkedHashMap<>(16, 0.75f, true);

    synchronized long of(RequestId id) {
        return next.getOrDefault(id, NONE);
    }

    synchronized void reached(RequestId id, long offset) {
        next.put(id, offset);
        if (next.size() > MAX) {
            next.pollFirstEntry();
        }
    }

    synchronized void forget(RequestId id) {
        next.remove(id);
    }
}
