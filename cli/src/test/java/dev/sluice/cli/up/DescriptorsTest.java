package dev.sluice.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chassis.lifecycle.StartException;
import org.junit.jupiter.api.Test;

class DescriptorsTest {

    @Test
    void tooFewAreToldAtTheStart() {
        assertThatThrownBy(() -> new Descriptors(512).require(1))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("may have 512")
                .hasMessageContaining("ulimit -n");
        assertThatCode(() -> new Descriptors(640).require(1)).doesNotThrowAnyException();
    }

    @Test
    void furtherWorkersNeedMoreOfThem() {
        assertThatThrownBy(() -> new Descriptors(640 + 7 * 32 - 1).require(8))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("needs 864 at least, with 8 workers");
        assertThatCode(() -> new Descriptors(640 + 7 * 32).require(8)).doesNotThrowAnyException();
    }

    @Test
    void theBrokerLeavesMostOfThemToOthers() {
        assertThat(new Descriptors(800).brokerConnections(1)).isEqualTo(80 + 80);
        assertThat(new Descriptors(640).brokerConnections(1)).isEqualTo(80 + 40);
        assertThat(new Descriptors(65_536).brokerConnections(1)).isEqualTo(80 + 1_000);
        assertThat(new Descriptors(Long.MAX_VALUE).brokerConnections(1)).isEqualTo(80 + 1_000);
    }

    @Test
    void moreWorkersHaveMoreConnectionsOfTheirOwn() {
        assertThat(new Descriptors(800).brokerConnections(4)).isEqualTo(80 + 3 * 16 + 56);
    }

    @Test
    void thisProcessHasSome() {
        assertThat(Descriptors.ofThisProcess().limit()).isPositive();
    }
}
