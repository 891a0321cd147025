package dev.sluice.stats.figures;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.ResultEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the results say of one pool.
 *
 * <p>Wait is from the append to the first attempt's start; service is how long the last attempt
 * took. Not safe for use by several threads.
 */
public final class PoolFigures {

    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
    private final RecentCount results = new RecentCount();
    private final RecentTimes waits = new RecentTimes();
    private final RecentTimes services = new RecentTimes();
    private long superseded;
    private long duplicates;

    void result(ResultEvent result, long atMs, long nowMs, boolean counted) {
        if (counted) {
            outcomes.merge(result.outcome(), 1L, Long::sum);
            result.reason().ifPresent(reason -> reasons.merge(reason, 1L, Long::sum));
        }
        results.add(atMs, nowMs, 1);
        if (!result.attempts().isEmpty()) {
            Attempt first = result.attempts().getFirst();
            Attempt last = result.attempts().getLast();
            waits.add(atMs, nowMs, between(result.queuedAt(), first.startedAt()));
            services.add(atMs, nowMs, between(last.startedAt(), last.finishedAt()));
        }
    }

    void duplicate() {
        duplicates++;
    }

    void superseded() {
        superseded++;
    }

    private static long between(Instant from, Instant to) {
        return Duration.between(from, to).toMillis();
    }

    /** Results with this outcome since the start. */
    public long outcome(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    /** Why results since the start were not successes. */
    public Map<Reason, Long> reasons() {
        return Map.copyOf(reasons);
    }

    /** Results since the start that came second and changed nothing. */
    public long supersededCount() {
        return superseded;
    }

    /** Requests since the start that came again under the same idempotency key. */
    public long duplicateCount() {
        return duplicates;
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
