package dev.sluice.replay;

import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Adds up what a selection chooses; one thread's. */
public final class Totals {

    /** A request of the selection, and when it was appended. */
    public record At(RequestId id, Instant at) {}

    private final Map<PoolName, Figures> byPool = new TreeMap<>();
    private final Map<PoolName, Figures> byTarget = new TreeMap<>();
    private final Map<String, Figures> byOutcome = new TreeMap<>();
    private final Map<String, Long> leftOut = new TreeMap<>();
    private Figures all = Figures.NONE;
    private Optional<At> first = Optional.empty();
    private Optional<At> last = Optional.empty();

    /** One that would be sent. */
    public void chosen(RequestId id, Instant at, int bodyBytes, End end, PoolName target) {
        all = all.plus(bodyBytes);
        plus(byPool, id.position().topic().pool(), bodyBytes);
        plus(byTarget, target, bodyBytes);
        plus(byOutcome, outcome(end), bodyBytes);
        if (first.isEmpty() || at.isBefore(first.get().at())) {
            first = Optional.of(new At(id, at));
        }
        if (last.isEmpty() || !at.isBefore(last.get().at())) {
            last = Optional.of(new At(id, at));
        }
    }

    /** One that meets the other criteria and is not sent, by why. */
    public void leftOut(String why) {
        leftOut.merge(why, 1L, Long::sum);
    }

    public Figures all() {
        return all;
    }

    public Map<PoolName, Figures> byPool() {
        return byPool;
    }

    /** By the pool that they would be sent to. */
    public Map<PoolName, Figures> byTarget() {
        return byTarget;
    }

    /** By how they ended: {@code succeeded}, or {@code failed 503}, or {@code failed timeout}. */
    public Map<String, Figures> byOutcome() {
        return byOutcome;
    }

    public Map<String, Long> leftOut() {
        return leftOut;
    }

    /** The oldest. */
    public Optional<At> first() {
        return first;
    }

    /** The youngest. */
    public Optional<At> last() {
        return last;
    }

    private static String outcome(End end) {
        String kind = end.kind().text();
        if (end.kind() != End.Kind.FAILED) {
            return kind;
        }
        return kind
                + " "
                + end.status()
                        .map(Object::toString)
                        .or(() -> end.reason().map(reason -> reason.text()))
                        .orElse("");
    }

    private static <K> void plus(Map<K, Figures> figures, K key, int bodyBytes) {
        figures.put(key, figures.getOrDefault(key, Figures.NONE).plus(bodyBytes));
    }
}
