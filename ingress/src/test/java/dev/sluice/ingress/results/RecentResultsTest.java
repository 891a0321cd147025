package dev.sluice.ingress.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RecentResultsTest {

    private record Key(int partition, long offset) {}

    @Property
    void theIndexIsAMapThatForgetsTheOldest(
            @ForAll @IntRange(min = 1, max = 20) int capacity,
            @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 300) Integer> offsets) {
        var evicted = new ArrayList<Key>();
        var index = new OffsetIndex(capacity, (p, o, at) -> evicted.add(new Key(p, o)));
        var model = new LinkedHashMap<Key, Long>();
        var forgotten = new ArrayList<Key>();
        long at = 0;
        for (int offset : offsets) {
            var key = new Key(offset % 3, offset);
            if (model.containsKey(key)) {
                continue;
            }
            if (model.size() == capacity) {
                forgotten.add(model.pollFirstEntry().getKey());
            }
            model.put(key, at);
            index.add(key.partition(), key.offset(), at);
            at++;
        }
        for (int offset = 0; offset <= 300; offset++) {
            long expected = model.getOrDefault(new Key(offset % 3, offset), OffsetIndex.NONE);
            assertThat(index.find(offset % 3, offset)).isEqualTo(expected);
        }
        assertThat(index.size()).isEqualTo(model.size());
        assertThat(evicted).isEqualTo(forgotten);
    }

    @Property
    void aRangeHoldsAllResultsOfItsBlock(
            @ForAll @Size(min = 1, max = 100)
                    List<@IntRange(min = 0, max = 5_000) Integer> offsets) {
        var sparse = new SparseIndex(1_000);
        Map<Long, List<Long>> blocks = new HashMap<>();
        long at = 0;
        for (int offset : offsets) {
            sparse.add(1, offset, at);
            blocks.computeIfAbsent((long) offset >> SparseIndex.BLOCK_BITS, b -> new ArrayList<>())
                    .add(at);
            at++;
        }
        blocks.forEach(
                (block, all) ->
                        assertThat(sparse.find(1, block << SparseIndex.BLOCK_BITS))
                                .contains(new SparseIndex.Range(all.getFirst(), all.getLast())));
        assertThat(sparse.find(2, offsets.getFirst())).isEmpty();
    }
}
