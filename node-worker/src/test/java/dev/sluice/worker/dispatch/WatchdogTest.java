package dev.sluice.worker.dispatch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WatchdogTest {

    private static final long LIMIT = 100;

    private final Watchdog<String> watchdog = new Watchdog<>(LIMIT);

    @Test
    void anAttemptIsOverdueWhenItTookLongerThanTheLimit() {
        watchdog.begun("a", 1_000);

        assertThat(watchdog.overdue(1_000 + LIMIT)).isEmpty();
        assertThat(watchdog.overdue(1_001 + LIMIT)).containsExactly("a");
    }

    @Test
    void itIsNamedOnce() {
        watchdog.begun("a", 0);

        assertThat(watchdog.overdue(LIMIT + 1)).containsExactly("a");
        assertThat(watchdog.overdue(LIMIT + 2)).isEmpty();
        watchdog.over("a"); // late
        assertThat(watchdog.overdue(LIMIT + 3)).isEmpty();
    }

    @Test
    void whatIsOverIsNeverOverdue() {
        watchdog.begun("a", 0);
        watchdog.begun("b", 50);
        watchdog.over("a");

        assertThat(watchdog.overdue(LIMIT + 50)).isEmpty();
        assertThat(watchdog.overdue(LIMIT + 51)).containsExactly("b");
    }

    @Test
    void timeMayPassTheEndOfItsRange() {
        long begun = Long.MAX_VALUE - 10;
        watchdog.begun("a", begun);

        assertThat(watchdog.overdue(begun + LIMIT)).isEmpty();
        assertThat(watchdog.overdue(begun + LIMIT + 1)).containsExactly("a");
    }

    @Test
    void beginningTwiceIsABug() {
        watchdog.begun("a", 0);

        assertThatThrownBy(() -> watchdog.begun("a", 1)).isInstanceOf(IllegalStateException.class);
    }

    /** Each step: how much time passes, and whether the oldest, one in the middle, or none ends. */
    @Property
    void eachAttemptEndsOrIsNamedOnceAndInTime(
            @ForAll @Size(max = 60) List<@IntRange(max = 40) Integer> steps) {
        var watched = new Watchdog<Integer>(LIMIT);
        var begun = new HashMap<Integer, Long>();
        var named = new HashSet<Integer>();
        long now = Long.MAX_VALUE - 500; // it wraps around on the way
        int number = 0;
        for (int step : steps) {
            now += step;
            watched.begun(++number, now);
            begun.put(number, now);
            if (step % 3 == 0) {
                watched.over(number / 2);
                begun.remove(number / 2);
            }
            for (int overdue : watched.overdue(now)) {
                assertThat(named.add(overdue)).isTrue();
                assertThat(now - requireNonNull(begun.remove(overdue))).isGreaterThan(LIMIT);
            }
            long at = now;
            assertThat(begun.values())
                    .allSatisfy(since -> assertThat(at - since <= LIMIT).isTrue());
        }
    }
}
