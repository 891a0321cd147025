package dev.sluice.ingress.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HopCountTest {

    @Test
    void countsBothWaysThroughASluice() {
        assertThat(HopCount.of(List.of(), List.of())).isZero();
        assertThat(HopCount.of(List.of("3"), List.of())).isEqualTo(3);
        assertThat(HopCount.of(List.of(" 3 "), List.of("1.1 sluice", "1.0 SLUICE (x)")))
                .isEqualTo(5);
        assertThat(HopCount.of(List.of("2", "7"), List.of())).isEqualTo(7);
    }

    @Test
    void countsNothingElse() {
        assertThat(HopCount.of(List.of("", "-1", "1e9", "1000", "x"), List.of())).isZero();
        assertThat(
                        HopCount.of(
                                List.of(),
                                List.of(
                                        "1.1 edge",
                                        "1.1 sluice.example",
                                        "sluice",
                                        "1.1 x (sluice)")))
                .isZero();
    }
}
