package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.audit.AuditReport;
import dev.sluice.cli.audit.AuditText;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promises under kills, stops and restarts of real processes.
 *
 * <p>Short in {@code mvn verify}; {@code -Dfaults.requests=50000 -Dfaults.count=20} is the long
 * form (docs/operations.md), {@code -Dfaults.seed=N} another run.
 */
class FaultsSystemTest {

    @Test
    void nothingIsLostNothingIsAboveALimitAndOnlyWhatWasUnderWayIsSentAgain(@TempDir Path dir)
            throws Exception {
        var plan =
                new FaultsRun.Plan(
                        Integer.getInteger("faults.requests", 1_200),
                        Integer.getInteger("faults.rate", 60),
                        Integer.getInteger("faults.workers", 3),
                        Integer.getInteger("faults.count", 3),
                        Duration.ofSeconds(Integer.getInteger("faults.stopped", 4)),
                        Long.getLong("faults.seed", 1));
        try (var run = new FaultsRun(plan, dir)) {
            FaultsReport report = run.run();
            AuditReport audit = run.audit();
            System.out.println(plan + "\n" + report + AuditText.of(audit));

            assertThat(report.lost()).isEmpty();
            assertThat(report.unseen()).isEmpty();
            assertThat(report.repeatsWithoutFault()).isEmpty();
            assertThat(report.repeats()).isLessThanOrEqualTo(report.underWayAtFaults());
            assertThat(report.uses())
                    .allSatisfy(use -> assertThat(use.peak()).isLessThanOrEqualTo(use.rpm()));
            assertThat(audit.breachCounts()).isEmpty();
            assertThat(audit.requests().pending()).isZero();
            assertThat(audit.requests().succeeded()).isEqualTo(audit.requests().accepted());
            assertThat(audit.requests().accepted()).isGreaterThanOrEqualTo(plan.requests());
        }
    }
}
