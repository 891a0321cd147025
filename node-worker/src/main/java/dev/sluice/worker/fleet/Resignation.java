package dev.sluice.worker.fleet;

import dev.sluice.protocol.WorkerInfo;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whether a worker should give its shards up because it and a keeper cannot talk to each other.
 *
 * <p>A keeper that most live workers cannot reach resigns. Any other worker resigns only if another
 * one does reach the keeper: else it is the keeper's trouble, not its own. Both only when it has
 * lasted, and each after a time of its own, so that they do not all go at once.
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

    /** Looks again; whether it is time to go. */
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

    /** Most others need us as their keeper and cannot reach us. */
    private boolean isCutOff(List<WorkerInfo> others) {
        long cannot = others.stream().filter(o -> o.cannotReach().contains(worker)).count();
        return 2 * cannot > others.size();
    }

    /** Somebody reaches a keeper that we need and cannot reach. */
    private boolean isAlone(List<WorkerInfo> others, Collection<String> cannotReach) {
        return cannotReach.stream()
                .anyMatch(
                        keeper ->
                                others.stream().anyMatch(o -> o.id().equals(keeper))
                                        && others.stream()
                                                .anyMatch(o -> o.reaches().contains(keeper)));
    }
}
