package dev.sluice.cli.audit;

import dev.sluice.protocol.Reason;
import dev.sluice.protocol.ResultHead;
import java.util.EnumMap;
import java.util.Map;

/** Counts of what became of one pool's requests, while they are read. */
final class PoolTally {

    private final Map<Reason, Long> failedBy = new EnumMap<>(Reason.class);
    private long succeeded;
    private long failed;
    private long expired;
    private long duplicates;
    private long pending;
    private long lost;
    private long resultTrimmed;

    void ended(ResultHead result) {
        switch (result.outcome()) {
            case SUCCEEDED -> succeeded++;
            case FAILED -> {
                failed++;
                result.reason().ifPresent(reason -> failedBy.merge(reason, 1L, Long::sum));
            }
            case EXPIRED -> expired++;
        }
    }

    void duplicate() {
        duplicates++;
    }

    void pending() {
        pending++;
    }

    void lost() {
        lost++;
    }

    void resultTrimmed() {
        resultTrimmed++;
    }

    PoolFigures figures() {
        return new PoolFigures(
                succeeded + failed + expired + duplicates + pending + lost + resultTrimmed,
                succeeded,
                failed,
                new EnumMap<>(failedBy),
                expired,
                duplicates,
                pending,
                lost,
                resultTrimmed);
    }
}
