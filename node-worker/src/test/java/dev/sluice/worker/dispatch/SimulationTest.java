package dev.sluice.worker.dispatch;

import org.junit.jupiter.api.Test;

/**
 * Many runs of the {@link Simulation}. A run that fails names its seed: put it into {@link
 * #oneSeed} to see it again, step by step. More runs: {@code -Dsimulation.seeds=10000}.
 */
class SimulationTest {

    private static final int SEEDS = Integer.getInteger("simulation.seeds", 120);

    @Test
    void whateverHappensEachRequestHasItsResult() {
        for (long seed = 0; seed < SEEDS; seed++) {
            run(seed);
        }
    }

    @Test
    void oneSeed() {
        run(0);
    }

    private static void run(long seed) {
        try {
            new Simulation(seed).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
