package dev.sluice.cli.audit;

import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Reason;
import java.util.EnumMap;
import java.util.Map;

/**
 * What became of the audited requests of one pool, or of all. They add up: {@code accepted} is the
 * sum of the others.
 *
 * @param duplicates came under the idempotency key of an earlier one, whose result is theirs
 * @param failedBy the failed ones by reason
 * @param pending without a result, and not done
 * @param lost done, and without a result
 * @param resultTrimmed done, and so old that the result may have been trimmed: not judged
 */
public record PoolFigures(
        long accepted,
        long succeeded,
        long failed,
        Map<Reason, Long> failedBy,
        long expired,
        long duplicates,
        long pending,
        long lost,
        long resultTrimmed) {

    /** No requests. */
    public static final PoolFigures NONE = new PoolFigures(0, 0, 0, Map.of(), 0, 0, 0, 0, 0);

    PoolFigures plus(PoolFigures other) {
        var by = new EnumMap<Reason, Long>(Reason.class);
        failedBy.forEach((reason, count) -> by.merge(reason, count, Long::sum));
        other.failedBy.forEach((reason, count) -> by.merge(reason, count, Long::sum));
        return new PoolFigures(
                accepted + other.accepted,
                succeeded + other.succeeded,
                failed + other.failed,
                by,
                expired + other.expired,
                duplicates + other.duplicates,
                pending + other.pending,
                lost + other.lost,
                resultTrimmed + other.resultTrimmed);
    }

    static PoolFigures sum(Map<PoolName, PoolFigures> pools) {
        return pools.values().stream().reduce(NONE, PoolFigures::plus);
    }
}
