package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DoneSetTest {

    private static final int END = 80;

    /** One way to add to a set. */
    sealed interface Step {
        record Add(long offset) implements Step {}

        record AddRange(long start, long end) implements Step {}

        record AddBelow(long next) implements Step {}

        record AddAll(DoneSet other) implements Step {}
    }

    @Property(tries = 2_000)
    void behavesLikeAPlainSetOfOffsets(@ForAll("steps") List<Step> steps) {
        var set = new DoneSet(0);
        var model = new TreeSet<Long>();

        for (Step step : steps) {
            switch (step) {
                case Step.Add(long offset) ->
                        assertThat(set.add(offset)).isEqualTo(model.add(offset));
                case Step.AddRange(long start, long end) -> {
                    set.addRange(start, end);
                    addRange(model, start, end);
                }
                case Step.AddBelow(long next) -> {
                    set.addBelow(next);
                    addRange(model, 0, next);
                }
                case Step.AddAll(DoneSet other) -> {
                    set.addAll(other);
                    addRange(model, 0, other.next());
                    other.ranges().forEach((start, end) -> addRange(model, start, end));
                }
            }
            assertSame(set, model);
        }
    }

    @Property
    void theOrderOfAddingDoesNotMatter(
            @ForAll("doneSets") DoneSet a, @ForAll("doneSets") DoneSet b) {
        DoneSet ab = a.copy();
        ab.addAll(b);
        DoneSet ba = b.copy();
        ba.addAll(a);
        DoneSet twice = ab.copy();
        twice.addAll(a);

        assertThat(ab).isEqualTo(ba).hasSameHashCodeAs(ba).isEqualTo(twice);
    }

    @Property
    void aCopyIsItsOwn(@ForAll("doneSets") DoneSet set) {
        DoneSet copy = set.copy();
        long next = set.next();

        copy.addBelow(END);

        assertThat(copy.countBelow(END)).isEqualTo(END);
        assertThat(set.next()).isEqualTo(next);
    }

    private static void assertSame(DoneSet set, SortedSet<Long> model) {
        long next = 0;
        while (model.contains(next)) {
            next++;
        }
        assertThat(set.next()).isEqualTo(next);
        for (long offset = 0; offset < END; offset++) {
            assertThat(set.contains(offset)).isEqualTo(model.contains(offset));
            assertThat(set.countBelow(offset)).isEqualTo(model.headSet(offset).size());
        }
        long lastEnd = next;
        for (var range : set.ranges().entrySet()) {
            // apart from the one before, and not empty: one form for each set
            assertThat(range.getKey()).isGreaterThan(lastEnd).isLessThan(range.getValue());
            lastEnd = range.getValue();
        }
    }

    private static void addRange(Set<Long> model, long start, long end) {
        for (long offset = start; offset < end; offset++) {
            model.add(offset);
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> offsets = Arbitraries.longs().between(0, 60);
        Arbitrary<Step> step =
                Arbitraries.oneOf(
                        offsets.map(Step.Add::new),
                        Combinators.combine(offsets, Arbitraries.longs().between(-2, 12))
                                .as((start, size) -> new Step.AddRange(start, start + size)),
                        Arbitraries.longs().between(0, 20).map(Step.AddBelow::new),
                        Events.doneSets().map(Step.AddAll::new));
        return step.list().ofMaxSize(12);
    }

    @Provide
    Arbitrary<DoneSet> doneSets() {
        return Events.doneSets();
    }
}
