package dev.sluice.worker.fleet;

import dev.sluice.protocol.WorkerInfo;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Whether a worker should be without shards because it and a keeper cannot talk to each other.
 *
 * <p>A keeper resigns if of those that need it more cannot reach it than do. Any other worker
 * resigns only if another one does reach the keeper: else it is the keeper's trouble, not its own.
 * One of the two holds whenever anybody waits in vain. Both only when it has lasted, and each after
 * a time of its own, so that they do not all go at once.
 */
public final class Resignation {

    /** How long it must have lasted, at least. */
    public static final long PATIENCE_NANOS = 4_000_000_000L;

    private final String worker;
    private final long patienceNanos;
    private OptionalLong sinceNanos = OptionalLong.empty();

    /**
     * Of one worker.
     *
     * @param random from 0 to below 1: how much longer than others it waits
     */
    public Resignation(String worker, double random) {
        this.worker = worker;
        this.patienceNanos = PATIENCE_NANOS + (long) (random * PATIENCE_NANOS);
    }

    /** Looks again; whether it is to be without shards now. */
    public boolean due(List<WorkerInfo> others, Collection<String> cannotReach, long nowNanos) {
        if (!isCutOff(others) && !isAlone(others, cannotReach)) {
            sinceNanos = OptionalLong.empty();
            return false;
        }
        if (sinceNanos.isEmpty()) {
            sinceNanos = OptionalLong.of(nowNanos);
        }
        return nowNanos - sinceNanos.getAsLong() >= patienceNanos;
    }

    /** Most that need us as their keeper cannot reach us. Who has given up waits for nothing. */
    private boolean isCutOff(List<WorkerInfo> others) {
        long cannot =
                processes(others, o -> !o.shards().isEmpty() && o.cannotReach().contains(worker));
        return cannot > processes(others, o -> o.reaches().contains(worker));
    }

    /** Those of one process have one way to us. */
    private static long processes(List<WorkerInfo> others, Predicate<WorkerInfo> are) {
        return others.stream().filter(are).map(WorkerInfo::key).distinct().count();
    }

    /** Somebody reaches a keeper that we need and cannot reach. */
    private static boolean isAlone(List<WorkerInfo> others, Collection<String> cannotReach) {
        return others.stream()
                .filter(keeper -> cannotReach.contains(keeper.id()))
                .anyMatch(keeper -> others.stream().anyMatch(other -> reaches(other, keeper)));
    }

    /** Over a link, or in the same process. */
    private static boolean reaches(WorkerInfo other, WorkerInfo keeper) {
        return other.reaches().contains(keeper.id())
                || (other.key().equals(keeper.key()) && !other.id().equals(keeper.id()));
    }
}
