package dev.sluice.ingress.results;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * For each 1,024 offsets of a requests partition, the range of offsets in which their results
 * stand, as far as they are known. At its bound the block that came first is forgotten.
 *
 * <p>Not safe for use by several threads.
 */
final class SparseIndex {

    /** How many request offsets share a range: 1,024. */
    static final int BLOCK_BITS = 10;

    /** Offsets of results, both ends included. */
    record Range(long min, long max) {

        private Range with(long offset) {
            return offset >= min && offset <= max
                    ? this
                    : new Range(Math.min(min, offset), Math.max(max, offset));
        }
    }

    private record Block(int partition, long number) {}

    private final int maxBlocks;
    private final Map<Block, Range> ranges = new LinkedHashMap<>();

    SparseIndex(int maxBlocks) {
        this.maxBlocks = maxBlocks;
    }

    int size() {
        return ranges.size();
    }

    void add(int partition, long offset, long resultOffset) {
        ranges.merge(
                new Block(partition, offset >> BLOCK_BITS),
                new Range(resultOffset, resultOffset),
                (known, one) -> known.with(one.min()));
        if (ranges.size() > maxBlocks) {
            ranges.remove(ranges.keySet().iterator().next());
        }
    }

    Optional<Range> find(int partition, long offset) {
        return Optional.ofNullable(ranges.get(new Block(partition, offset >> BLOCK_BITS)));
    }
}
