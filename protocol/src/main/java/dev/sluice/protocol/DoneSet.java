package dev.sluice.protocol;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which offsets of one partition are done: all below {@code next}, and some ranges above it.
 *
 * <p>Done is done for good, so sets only grow, and adding in any order, or twice, gives the same
 * set. Not safe for use by several threads.
 */
public final class DoneSet {

    private long next;
    // start to end (exclusive), disjoint and not touching, all above next
    private final TreeMap<Long, Long> ranges = new TreeMap<>();
    private long aboveNext;

    public DoneSet(long next) {
        if (next < 0) {
            throw new IllegalArgumentException("offset below 0: " + next);
        }
        this.next = next;
    }

    /** Everything below is done; this one is not. */
    public long next() {
        return next;
    }

    public boolean contains(long offset) {
        if (offset < next) {
            return true;
        }
        Map.Entry<Long, Long> range = ranges.floorEntry(offset);
        return range != null && offset < range.getValue();
    }

    /** How many offsets below {@code end} are done. */
    public long countBelow(long end) {
        long count = Math.min(next, end);
        if (ranges.isEmpty() || ranges.lastEntry().getValue() <= end) {
            return count + aboveNext;
        }
        for (Map.Entry<Long, Long> range : ranges.headMap(end).entrySet()) {
            count += Math.min(range.getValue(), end) - range.getKey();
        }
        return count;
    }

    /** Whether it was not in the set before. */
    public boolean add(long offset) {
        if (contains(offset)) {
            return false;
        }
        if (offset == next && ranges.isEmpty()) {
            next++; // the common case: in order
        } else {
            addRange(offset, offset + 1);
        }
        return true;
    }

    /** Adds all offsets from {@code start} to below {@code end}. */
    public void addRange(long start, long end) {
        long from = Math.max(start, next);
        if (from >= end) {
            return;
        }
        long to = end;
        Map.Entry<Long, Long> left = ranges.floorEntry(from);
        if (left != null && left.getValue() >= from) {
            from = left.getKey();
            to = Math.max(to, left.getValue());
        }
        NavigableMap<Long, Long> covered = ranges.subMap(from, true, to, true);
        for (Map.Entry<Long, Long> range : covered.entrySet()) {
            to = Math.max(to, range.getValue());
            aboveNext -= range.getValue() - range.getKey();
        }
        covered.clear();
        if (from == next) {
            next = to;
        } else {
            ranges.put(from, to);
            aboveNext += to - from;
        }
    }

    /** Adds all offsets below {@code newNext}. */
    public void addBelow(long newNext) {
        addRange(next, newNext);
    }

    /** Adds all that {@code other} has. */
    public void addAll(DoneSet other) {
        addBelow(other.next);
        other.ranges.forEach(this::addRange);
    }

    /** Start to end (exclusive) of what is done above {@code next}, in order. */
    public NavigableMap<Long, Long> ranges() {
        return java.util.Collections.unmodifiableNavigableMap(ranges);
    }

    public DoneSet copy() {
        var copy = new DoneSet(next);
        copy.ranges.putAll(ranges);
        copy.aboveNext = aboveNext;
        return copy;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DoneSet set && next == set.next && ranges.equals(set.ranges);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(next) + ranges.hashCode();
    }

    @Override
    public String toString() {
        return "below " + next + (ranges.isEmpty() ? "" : " and " + ranges);
    }
}
