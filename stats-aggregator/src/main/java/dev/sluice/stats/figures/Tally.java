package dev.sluice.stats.figures;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.ResultHead;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts of results, by pool and node; can be added to others and taken off again. */
public final class Tally {

    private static final String SUPERSEDED = "superseded";
    private static final String DUPLICATE = "duplicate";
    private static final String RESULT = "result";
    private static final String ERROR = "error";

    /** What is counted: of a pool or a node, and which word of it. */
    private record Key(String kind, String owner, String word) {}

    private final Map<Key, Long> counts = new HashMap<>();
    private long firstMs = Long.MAX_VALUE;

    /** One record. */
    static Tally of(Totals.Entry entry, boolean first, long atMs) {
        var one = new Tally();
        one.firstMs = atMs;
        String pool = entry.request().position().topic().pool().value();
        if (!first) {
            one.count(new Key("of_pool", pool, SUPERSEDED));
        } else if (entry.result().isEmpty()) {
            one.count(new Key("of_pool", pool, DUPLICATE));
        } else {
            one.result(pool, entry.result().get());
        }
        return one;
    }

    private void result(String pool, ResultHead result) {
        count(new Key("outcome", pool, result.outcome().text()));
        result.reason().ifPresent(reason -> count(new Key("reason", pool, reason.text())));
        for (Attempt attempt : result.attempts()) {
            if (!NodeFigures.isGood(attempt.result())) {
                count(new Key("node", attempt.node(), ERROR));
            }
        }
        if (!result.attempts().isEmpty()) {
            count(new Key("node", result.attempts().getLast().node(), RESULT));
        }
    }

    private void count(Key key) {
        counts.merge(key, 1L, Long::sum);
    }

    void add(Tally other) {
        other.counts.forEach((key, count) -> counts.merge(key, count, Long::sum));
        firstMs = Math.min(firstMs, other.firstMs);
    }

    void subtract(Tally other) {
        other.counts.forEach(
                (key, count) -> {
                    long left = get(key) - count;
                    if (left < 0) {
                        throw new IllegalStateException("taken off twice: " + key);
                    }
                    if (left == 0) {
                        counts.remove(key);
                    } else {
                        counts.put(key, left);
                    }
                });
    }

    long firstMs() {
        return firstMs;
    }

    /** Results with this outcome. */
    public long outcome(PoolName pool, Outcome outcome) {
        return get(new Key("outcome", pool.value(), outcome.text()));
    }

    /** Why results were not successes, and how often. */
    public Map<String, Long> reasons(PoolName pool) {
        var reasons = new TreeMap<String, Long>();
        for (Reason reason : Reason.values()) {
            long count = get(new Key("reason", pool.value(), reason.text()));
            if (count > 0) {
                reasons.put(reason.text(), count);
            }
        }
        return reasons;
    }

    /** Results that came second and changed nothing. */
    public long superseded(PoolName pool) {
        return get(new Key("of_pool", pool.value(), SUPERSEDED));
    }

    /** Requests that came again under the same idempotency key. */
    public long duplicates(PoolName pool) {
        return get(new Key("of_pool", pool.value(), DUPLICATE));
    }

    /** Requests whose last attempt was at this node. */
    public long results(String node) {
        return get(new Key("node", node, RESULT));
    }

    /** Attempts at this node without a good answer. */
    public long errors(String node) {
        return get(new Key("node", node, ERROR));
    }

    private long get(Key key) {
        return counts.getOrDefault(key, 0L);
    }
}
