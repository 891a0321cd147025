package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;

/** The set against one that has a bit for each offset. */
class DoneSetFuzzTest {

    private static final int OFFSETS = 128;

    @FuzzTest
    void holdsWhatASetOfBitsHolds(byte[] input) {
        var numbers = new FuzzInput.Numbers(input);
        int first = numbers.next(OFFSETS);
        var set = new DoneSet(first);
        var bits = new BitSet();
        bits.set(0, first);
        var ranges = new ArrayList<int[]>();
        while (numbers.areLeft()) {
            int start = numbers.next(OFFSETS);
            int end = numbers.next(OFFSETS);
            if (end % 4 == 0) {
                assertThat(set.add(start)).isEqualTo(!bits.get(start));
                end = start + 1;
            } else {
                set.addRange(start, end);
            }
            if (start < end) {
                bits.set(start, end);
                ranges.add(new int[] {start, end});
            }
        }
        assertThat(set.next()).isEqualTo(bits.nextClearBit(0));
        for (int offset = 0; offset <= OFFSETS; offset++) {
            assertThat(set.contains(offset)).isEqualTo(bits.get(offset));
            assertThat(set.countBelow(offset)).isEqualTo(bits.get(0, offset).cardinality());
        }
        // in another order, and from another set, it comes to the same
        var backwards = new DoneSet(0);
        Collections.reverse(ranges);
        ranges.forEach(range -> backwards.addRange(range[0], range[1]));
        backwards.addAll(new DoneSet(first));
        assertThat(backwards).isEqualTo(set);
        backwards.addAll(set.copy());
        assertThat(backwards).isEqualTo(set);
    }
}
