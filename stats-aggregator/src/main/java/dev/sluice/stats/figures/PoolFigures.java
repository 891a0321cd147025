package dev.sluice.stats.figures;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.ResultEvent;
import java.time.Duration;
import java.time.Instant;

/**
 * What the results of the last minute say of one pool.
 *
 * <p>Wait is from the append to the first attempt's start; service is how long the last attempt
 * took. Not safe for use by several threads.
 */
public final class PoolFigures {

    private final RecentCount results = new RecentCount();
    private final RecentTimes waits = new RecentTimes();
    private final RecentTimes services = new RecentTimes();

    void result(ResultEvent result, long atMs, long nowMs) {
        results.add(atMs, nowMs, 1);
        if (!result.attempts().isEmpty()) {
            Attempt first = result.attempts().getFirst();
            Attempt last = result.attempts().getLast();
            waits.add(atMs, nowMs, between(result.queuedAt(), first.startedAt()));
            services.add(atMs, nowMs, between(last.startedAt(), last.finishedAt()));
        }
    }

    private static long between(Instant from, Instant to) {
        return Duration.between(from, to).toMillis();
    }

    /** Results of the last minute. */
    public long recent(long nowMs) {
        return results.sum(nowMs);
    }

    public RecentTimes.Summary waitTimes(long nowMs) {
        return waits.summary(nowMs);
    }

    public RecentTimes.Summary serviceTimes(long nowMs) {
        return services.summary(nowMs);
    }
}
