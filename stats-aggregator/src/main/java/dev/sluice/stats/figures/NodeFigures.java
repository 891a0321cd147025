package dev.sluice.stats.figures;

import dev.sluice.protocol.Attempt;

/**
 * What the recorded attempts say of one node.
 *
 * <p>An attempt counts at the time it was written to the node, though it is known only when its
 * request's result is read. Not safe for use by several threads.
 */
public final class NodeFigures {

    private final RecentCount requests = new RecentCount();
    private final RecentCount bytes = new RecentCount();
    private final RecentCount recentErrors = new RecentCount();

    void attempt(Attempt attempt, int requestBytes, long nowMs) {
        long atMs = attempt.startedAt().toEpochMilli();
        requests.add(atMs, nowMs, 1);
        bytes.add(atMs, nowMs, requestBytes);
        if (!isGood(attempt.result())) {
            recentErrors.add(atMs, nowMs, 1);
        }
    }

    /** An HTTP status below 400. */
    static boolean isGood(String result) {
        return result.length() == 3 && result.charAt(0) >= '1' && result.charAt(0) <= '3';
    }

    /** Requests that were sent in the last minute. */
    public long requests(long nowMs) {
        return requests.sum(nowMs);
    }

    /** Body bytes that were sent in the last minute. */
    public long bytes(long nowMs) {
        return bytes.sum(nowMs);
    }

    /** Attempts of the last minute without a good answer. */
    public long recentErrors(long nowMs) {
        return recentErrors.sum(nowMs);
    }
}
