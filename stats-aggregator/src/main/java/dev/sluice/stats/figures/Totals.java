package dev.sluice.stats.figures;

import dev.sluice.protocol.DoneSet;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What all results that the log holds add up to, whoever counts them and since when he runs.
 *
 * <p>Each results partition is counted in stretches of {@value #STRETCH} offsets, so that what is
 * trimmed can be taken off again; a stretch that is trimmed in part is in no total. Everything up
 * to some offset is read from the log, at leisure; from there on the records come as they are
 * appended. Not safe for use by several threads.
 */
public final class Totals {

    /** Small against the replay window, large against the counts of one stretch. */
    static final int STRETCH = 4_096;

    /**
     * A record that ends a request.
     *
     * @param result empty for a duplicate, which points to the first request with its key
     */
    public record Entry(RequestId request, Optional<ResultHead> result) {}

    private static final class Shard {
        final Map<RequestsTopic, DoneSet> done = new HashMap<>();
        final TreeMap<Long, Tally> stretches = new TreeMap<>();
        long begin;
        long next;
        long liveNext;
        boolean live;
    }

    private final List<Shard> shards = new ArrayList<>();
    private final Tally whole = new Tally();

    public Totals(int shardCount) {
        for (int i = 0; i < shardCount; i++) {
            shards.add(new Shard());
        }
    }

    /** What lies below has been trimmed. */
    public void begins(int shard, long begin) {
        Shard of = shards.get(shard);
        of.begin = Math.max(of.begin, begin);
        while (!of.stretches.isEmpty() && of.stretches.firstKey() < of.begin) {
            whole.subtract(of.stretches.pollFirstEntry().getValue());
        }
    }

    /** A record that was read from the log, in its order. */
    public void read(int shard, long offset, long atMs, Entry entry) {
        Shard of = shards.get(shard);
        if (!of.live && offset >= of.next) {
            count(of, offset, atMs, entry);
        }
    }

    /** A record as it was appended; until the log has been read up to it, it is left to that. */
    public void appended(int shard, long offset, long atMs, Entry entry) {
        Shard of = shards.get(shard);
        of.liveNext = offset + 1;
        if (of.live && offset >= of.next) {
            count(of, offset, atMs, entry);
        }
    }

    /**
     * Everything before this position has been read from the log.
     *
     * @return whether that is all there was: from now on it goes on with what is appended
     */
    public boolean readUpTo(int shard, long position) {
        Shard of = shards.get(shard);
        of.next = Math.max(of.next, position);
        if (position >= of.liveNext) {
            of.live = true;
        }
        return of.live;
    }

    /** Whether all that the log holds has been counted. */
    public boolean complete() {
        return shards.stream().allMatch(shard -> shard.live);
    }

    /** The sum; it goes on changing. */
    public Tally sum() {
        return whole;
    }

    /** When the oldest record that is counted was appended, if there is one. */
    public Optional<Long> sinceMs() {
        return shards.stream()
                .filter(shard -> !shard.stretches.isEmpty())
                .map(shard -> shard.stretches.firstEntry().getValue().firstMs())
                .min(Long::compare);
    }

    private void count(Shard shard, long offset, long atMs, Entry entry) {
        shard.next = offset + 1;
        Position position = entry.request().position();
        boolean first =
                shard.done
                        .computeIfAbsent(position.topic(), topic -> new DoneSet(0))
                        .add(position.offset());
        long start = offset - offset % STRETCH;
        if (start < shard.begin) {
            return;
        }
        Tally one = Tally.of(entry, first, atMs);
        shard.stretches.computeIfAbsent(start, s -> new Tally()).add(one);
        whole.add(one);
    }
}
