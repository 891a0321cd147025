package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StoodStillTest {

    private static final String FROM = "14:20:31.512 WARN  d.s.worker.kafka.Membership ";

    @Test
    void tellsWhatAStandstillBringsFromAllElse() {
        assertThat(
                        List.of(
                                FROM + "node-worker-1 has lost shards [1, 2]",
                                FROM + "results wait for the log: TimeoutException: late",
                                FROM + "shards [3] wait for the broker: TimeoutException"))
                .allMatch(StoodStill::says);
        assertThat(
                        List.of(
                                FROM + "node-worker-1 lets shards go without a last checkpoint",
                                "14:20:31.512 ERROR d.s.Worker has lost shards [1, 2]",
                                "Exception in thread \"main\""))
                .noneMatch(StoodStill::says);
    }
}
