package dev.sluice.worker.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PeerClockTest {

    private static final long MS = 1_000_000L;

    @Property(tries = 300)
    void itsBoundsContainTheTrueTimeWhateverTheDelaysAndTheDrift(
            @ForAll long seed,
            @ForAll long oursAhead,
            @ForAll long theirsAhead,
            @ForAll @IntRange(min = -499, max = 499) int oursPpm,
            @ForAll @IntRange(min = -499, max = 499) int theirsPpm) {
        var random = new Random(seed);
        var clock = new PeerClock();
        long now = 0; // true time
        for (int frame = 0; frame < 400; frame++) {
            long pause = random.nextInt(50) == 0 ? 20_000 * MS : 250 * MS;
            long written = now + random.nextLong(pause);
            long echoed = written + random.nextLong(1, 300 * MS);
            long back = echoed + random.nextLong(1, 300 * MS);
            long read = back + random.nextLong(1, 300 * MS);
            long nowOurs = at(read, oursAhead, oursPpm);
            clock.heard(at(back, theirsAhead, theirsPpm), nowOurs);
            clock.echoed(
                    at(written, oursAhead, oursPpm), at(echoed, theirsAhead, theirsPpm), nowOurs);
            long theirs = at(read, theirsAhead, theirsPpm);
            assertThat(clock.early(theirs) - nowOurs).isNotPositive();
            assertThat(clock.late(theirs) - nowOurs).isNotNegative();
            assertThat(clock.shift().doubtNanos())
                    .isEqualTo(clock.late(theirs) - clock.early(theirs));
            now = read;
        }
    }

    @Test
    void oneFastRoundTripIsWorthMoreThanManySlowOnesForAWhile() {
        var clock = new PeerClock();
        clock.heard(1_000, 1_000);
        clock.echoed(1_000 - 10, 1_000 - 10, 1_000);
        assertThat(clock.shift().doubtNanos()).isZero();
        clock.heard(100 * MS, 300 * MS);
        assertThat(clock.shift().doubtNanos()).isBetween(1L, MS); // grown by the drift alone
    }

    @Test
    void withoutAnEchoNothingIsKnown() {
        var clock = new PeerClock();
        clock.heard(5, 7);
        assertThat(clock.isKnown()).isFalse();
        assertThatThrownBy(clock::shift).isInstanceOf(IllegalStateException.class);
    }

    private static long at(long trueNanos, long ahead, int ppm) {
        return ahead + trueNanos + trueNanos / 1_000_000 * ppm;
    }
}
