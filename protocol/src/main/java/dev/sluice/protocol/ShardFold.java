package dev.sluice.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the results partition of one shard says, read in order: which requests are done.
 *
 * <p>The one rule stands here, for every reader: <em>the first ending in the log for a request
 * counts</em>, be it a result or a duplicate's pointer; a later one is superseded. Snapshots add
 * what their writer knew. Not safe for use by several threads.
 */
public final class ShardFold {

    /** What one record of the results partition meant. */
    public sealed interface Step {

        /** The ending that counts. */
        record First(Ending ending) implements Step {}

        /** An ending of a request that was already done; it changes nothing. */
        record Superseded(Ending ending) implements Step {}

        /** These positions were not known to be done; empty for most snapshots. */
        record Merged(LedgerSnapshot snapshot) implements Step {}

        /** Another worker let the shard go with these in flight. */
        record HeldBack(Held held) implements Step {}
    }

    private final int shard;
    private final Map<RequestsTopic, DoneSet> done = new TreeMap<>();

    public ShardFold(int shard) {
        this.shard = shard;
    }

    /** Takes a committed checkpoint in: everything below {@code next} is done. */
    public void checkpoint(RequestsTopic topic, long next) {
        set(topic).addBelow(next);
    }

    /** No record has, or ever will have, these offsets from {@code start} to below {@code end}. */
    public void missing(RequestsTopic topic, long start, long end) {
        set(topic).addRange(start, end);
    }

    /** Takes the next record of the results partition in. */
    public Step apply(ResultsRecord entry) {
        return switch (entry) {
            case Ending ending -> {
                Position position = ending.request().position();
                requireOurs(position.shard());
                yield set(position.topic()).add(position.offset())
                        ? new Step.First(ending)
                        : new Step.Superseded(ending);
            }
            case LedgerSnapshot snapshot -> {
                requireOurs(snapshot.shard());
                snapshot.done().forEach((topic, set) -> set(topic).addAll(set));
                yield new Step.Merged(snapshot);
            }
            case Held held -> {
                requireOurs(held.shard());
                yield new Step.HeldBack(held);
            }
        };
    }

    public boolean isDone(RequestsTopic topic, long offset) {
        DoneSet set = done.get(topic);
        return set != null && set.contains(offset);
    }

    /** Everything below is done; 0 for a topic that nothing is known of. */
    public long next(RequestsTopic topic) {
        DoneSet set = done.get(topic);
        return set == null ? 0 : set.next();
    }

    /** How many requests of this topic below {@code end} are done. */
    public long doneBelow(RequestsTopic topic, long end) {
        DoneSet set = done.get(topic);
        return set == null ? 0 : set.countBelow(end);
    }

    public List<RequestsTopic> topics() {
        return new ArrayList<>(done.keySet());
    }

    public LedgerSnapshot snapshot() {
        return new LedgerSnapshot(shard, done);
    }

    private DoneSet set(RequestsTopic topic) {
        return done.computeIfAbsent(topic, t -> new DoneSet(0));
    }

    private void requireOurs(int other) {
        if (other != shard) {
            throw new IllegalArgumentException("of shard " + other + " in results of " + shard);
        }
    }
}
