package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualClockTest {

    private final ManualClock clock = new ManualClock();

    @Test
    void standsStillUntilAdvanced() {
        long start = clock.nanoTime();
        var wall = clock.instant();
        assertThat(clock.nanoTime()).isEqualTo(start);

        long now = clock.advance(Duration.ofSeconds(5));

        assertThat(now).isEqualTo(clock.nanoTime());
        assertThat(now - start).isEqualTo(5_000_000_000L);
        assertThat(clock.instant()).isEqualTo(wall.plusSeconds(5));
    }

    @Test
    void setsTheWallAlone() {
        long start = clock.nanoTime();

        clock.setWall(Instant.EPOCH);

        assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
        assertThat(clock.nanoTime()).isEqualTo(start);
    }

    @Test
    void doesNotGoBack() {
        assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
