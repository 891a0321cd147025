package dev.sluice.worker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Many runs of a fleet in virtual time, each from a seed. A run that fails names its seed and what
 * was done to the fleet; {@code -Dsimulation.seed=S} runs that one again, the same way. More runs:
 * {@code -Dsimulation.seeds=5000}, from another one on: {@code -Dsimulation.from=1000}.
 */
class FleetSimulationTest {

    private static final long ONE = Long.getLong("simulation.seed", -1);
    private static final long FROM = Long.getLong("simulation.from", 0);
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 60);

    @Test
    void whateverHappensToAFleetTheLimitsHoldAndEachRequestEndsOnce() {
        if (ONE >= 0) {
            run(ONE);
            return;
        }
        // each run stands alone: as many at a time as there are cores
        long late =
                LongStream.range(FROM, FROM + SEEDS)
                        .parallel()
                        .filter(seed -> run(seed).late)
                        .count();
        assertThat(late)
                .as("runs in which the nodes were held back for a minute, nobody knowing more")
                .isLessThanOrEqualTo(1 + SEEDS / 500);
    }

    static FleetRun run(long seed) {
        var run = new FleetRun(seed);
        try {
            run.run();
            return run;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed %d, at %.3f s: %s%nagain: -Dsimulation.seed=%d%n%s"
                            .formatted(
                                    seed,
                                    run.agenda.now() / 1e9,
                                    e.getMessage(),
                                    seed,
                                    String.join("\n", run.faults.said())),
                    e);
        }
    }
}
