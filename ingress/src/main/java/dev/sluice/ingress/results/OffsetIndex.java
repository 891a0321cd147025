package dev.sluice.ingress.results;

/**
 * A bounded map from a request's position to the offset of its result, in primitive arrays: 28
 * bytes an entry or so. At its bound the entry that came first makes room.
 *
 * <p>Not safe for use by several threads.
 */
final class OffsetIndex {

    /** Hears of each entry that made room. */
    @FunctionalInterface
    interface Evicted {
        void evicted(int partition, long offset, long resultOffset);
    }

    static final long NONE = -1;

    private final Evicted listener;
    // a ring of entries in the order they came
    private final int[] partitions;
    private final long[] offsets;
    private final long[] resultOffsets;
    private int head;
    private int size;
    // open addressing with linear probing: number of the entry in the ring plus 1; 0 is free
    private final int[] table;

    OffsetIndex(int capacity, Evicted listener) {
        if (capacity < 1) {
            throw new IllegalArgumentException("no room at all: " + capacity);
        }
        this.listener = listener;
        this.partitions = new int[capacity];
        this.offsets = new long[capacity];
        this.resultOffsets = new long[capacity];
        // at most half full, so that probes are short
        this.table = new int[Integer.highestOneBit(Math.max(2, capacity)) * 4];
    }

    int size() {
        return size;
    }

    /** The offset of the result; {@link #NONE} if it is not known. */
    long find(int partition, long offset) {
        int entry = table[probe(partition, offset)];
        return entry == 0 ? NONE : resultOffsets[entry - 1];
    }

    /** Adds an entry that is not there yet. */
    void add(int partition, long offset, long resultOffset) {
        if (table[probe(partition, offset)] != 0) {
            throw new IllegalStateException("twice: " + partition + "@" + offset);
        }
        if (size == partitions.length) {
            evictOldest();
        }
        int entry = (head + size) % partitions.length;
        partitions[entry] = partition;
        offsets[entry] = offset;
        resultOffsets[entry] = resultOffset;
        size++;
        table[probe(partition, offset)] = entry + 1;
    }

    private void evictOldest() {
        int entry = head;
        head = (head + 1) % partitions.length;
        size--;
        free(probe(partitions[entry], offsets[entry]));
        listener.evicted(partitions[entry], offsets[entry], resultOffsets[entry]);
    }

    /** The place of this key, or the free place where it would go. */
    private int probe(int partition, long offset) {
        int place = home(partition, offset);
        while (table[place] != 0) {
            int entry = table[place] - 1;
            if (offsets[entry] == offset && partitions[entry] == partition) {
                return place;
            }
            place = (place + 1) & (table.length - 1);
        }
        return place;
    }

    /** Frees a place and moves those behind it up, so that no probe ends too early. */
    private void free(int place) {
        int mask = table.length - 1;
        int gap = place;
        table[gap] = 0;
        for (int next = (gap + 1) & mask; table[next] != 0; next = (next + 1) & mask) {
            int entry = table[next] - 1;
            int home = home(partitions[entry], offsets[entry]);
            // it may move if its home is not between the gap and itself, around the end of the
            // table
            if (((next - home) & mask) >= ((next - gap) & mask)) {
                table[gap] = table[next];
                table[next] = 0;
                gap = next;
            }
        }
    }

    private int home(int partition, long offset) {
        long mixed = (offset * 0x9E3779B97F4A7C15L) ^ (partition * 0xC2B2AE3D27D4EB4FL);
        return (int) (mixed >>> 32) & (table.length - 1);
    }
}
