package dev.sluice.worker.gate;

import java.util.List;

/** What a gate let through and has not told of yet, for the next keeper. */
final class Untold {

    private long requests;
    private long bytes;
    private boolean any; // ever

    void granted(int size) {
        requests++;
        bytes += size;
        any = true;
    }

    boolean grantedAny() {
        return any;
    }

    /** All of it, once; it counts until then. */
    List<Sent> tell(long untilNanos) {
        if (requests == 0) {
            return List.of();
        }
        var sent = List.of(new Sent(untilNanos, requests, bytes));
        requests = 0;
        bytes = 0;
        return sent;
    }
}
