package dev.sluice.ingress.results;

import dev.sluice.protocol.Ending;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestsTopic;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one ingress knows of where results stand: the latest ones themselves, the offset of those
 * before, a range for those before that.
 *
 * <p>Safe for use by several threads.
 */
public final class RecentResults {

    /** Where a result is to be found. */
    public sealed interface Where {

        /** Here. */
        record InMemory(Ending ending) implements Where {}

        /** In one record of the shard's results partition. */
        record At(long offset) implements Where {}

        /** Perhaps in this stretch of the shard's results partition, both ends included. */
        record Between(long min, long max) implements Where {}

        /** Nothing is known of it. */
        record Unknown() implements Where {}
    }

    /**
     * How much is remembered.
     *
     * @param entries offsets of results
     * @param blocks ranges for 1,024 requests each
     * @param cacheBytes of the results in memory
     */
    public record Sizes(int entries, int blocks, long cacheBytes) {}

    private static final Where UNKNOWN = new Where.Unknown();

    private final Map<RequestsTopic, Integer> topics = new HashMap<>();
    private final ResultCache cache;
    private final OffsetIndex index;
    private final SparseIndex sparse;

    /** Nothing yet, with these bounds. */
    public RecentResults(Sizes bounds) {
        this.cache = new ResultCache(bounds.cacheBytes());
        this.sparse = new SparseIndex(bounds.blocks());
        this.index = new OffsetIndex(bounds.entries(), sparse::add);
    }

    /** Takes the ending that counts for its request. */
    public synchronized void first(long offset, Ending ending) {
        Position position = ending.request().position();
        index.add(partition(position), position.offset(), offset);
        cache.add(ending);
    }

    /**
     * Takes an ending of the stretch before the checkpoint, where the fold cannot tell the first
     * one from a second: the first one heard of counts. Where the index has forgotten what it
     * heard, only the range grows, and a look-up reads the range in order.
     */
    public synchronized void beforeCheckpoint(long offset, Ending ending) {
        Position position = ending.request().position();
        int partition = partition(position);
        if (index.find(partition, position.offset()) != OffsetIndex.NONE) {
            return;
        }
        if (sparse.find(partition, position.offset()).isPresent()) {
            sparse.add(partition, position.offset(), offset);
            return;
        }
        index.add(partition, position.offset(), offset);
        cache.add(ending);
    }

    public synchronized Where find(Position position) {
        Optional<Ending> cached = cache.find(position);
        if (cached.isPresent()) {
            return new Where.InMemory(cached.get());
        }
        Integer topic = topics.get(position.topic());
        if (topic == null) {
            return UNKNOWN;
        }
        int partition = topic * Position.MAX_SHARDS + position.shard();
        long offset = index.find(partition, position.offset());
        if (offset != OffsetIndex.NONE) {
            return new Where.At(offset);
        }
        return sparse.find(partition, position.offset())
                .<Where>map(range -> new Where.Between(range.min(), range.max()))
                .orElse(UNKNOWN);
    }

    public synchronized Sizes sizes() {
        return new Sizes(index.size(), sparse.size(), cache.bytes());
    }

    private int partition(Position position) {
        Integer topic = topics.get(position.topic());
        if (topic == null) {
            topic = topics.size();
            topics.put(position.topic(), topic);
        }
        return topic * Position.MAX_SHARDS + position.shard();
    }
}
