package dev.sluice.cli.audit.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chassis.kafka.LogReadException;
import org.junit.jupiter.api.Test;

class AuditTest {

    private static final long GIB = 1L << 30;

    @Test
    void tenMillionResultsFitIntoAGibibyte() {
        assertThatCode(() -> Audit.requireHeap(10_000_000, GIB)).doesNotThrowAnyException();
    }

    @Test
    void aLogThatDoesNotFitIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> Audit.requireHeap(100_000_000, GIB))
                .isInstanceOf(LogReadException.class)
                .hasMessageContaining("100000000 results")
                .hasMessageContaining("6675 MiB", "1024", "--from", "SLUICE_JAVA_OPTS=-Xmx6675m");
    }
}
