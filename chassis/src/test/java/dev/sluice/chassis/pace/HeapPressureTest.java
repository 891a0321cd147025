package dev.sluice.chassis.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.pace.HeapPressure.Seen;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeapPressureTest {

    private final HeapPressure pressure = new HeapPressure(0, new Seen(0, 0.1, 0));

    @Test
    void aHeapThatIsFullOfGarbageIsNotPressed() {
        assertThat(pressure.look(seconds(1), new Seen(0.2, 0.99, 0))).isFalse();
    }

    @Test
    void whatCollectingDoesNotFreePresses() {
        assertThat(pressure.look(seconds(1), new Seen(0.84, 0.9, 0))).isFalse();
        assertThat(pressure.look(seconds(2), new Seen(0.86, 0.9, 0))).isTrue();
    }

    @Test
    void itEndsFurtherDownThanItBegan() {
        pressure.look(seconds(1), new Seen(0.9, 0.9, 0));

        assertThat(pressure.look(seconds(2), new Seen(0.8, 0.8, 0))).isTrue();
        assertThat(pressure.look(seconds(3), new Seen(0.7, 0.7, 0))).isFalse();
    }

    @Test
    void collectingForMostOfTheTimePressesWhereTheHeapIsNearlyFull() {
        assertThat(pressure.look(seconds(2), new Seen(0.5, 0.85, seconds(1)))).isTrue();
        // a quarter of the time is still much
        assertThat(pressure.look(seconds(4), new Seen(0.5, 0.85, seconds(1) + seconds(1) / 2)))
                .isTrue();
        assertThat(pressure.look(seconds(6), new Seen(0.5, 0.85, seconds(2) - seconds(1) / 3)))
                .isFalse();
    }

    @Test
    void collectingForMostOfTheTimeDoesNotPressWhereThereIsRoom() {
        assertThat(pressure.look(seconds(2), new Seen(0.5, 0.6, seconds(2)))).isFalse();
    }

    private static long seconds(long number) {
        return TimeUnit.SECONDS.toNanos(number);
    }
}
