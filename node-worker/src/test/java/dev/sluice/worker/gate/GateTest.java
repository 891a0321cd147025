package dev.sluice.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import org.junit.jupiter.api.Test;

class GateTest {

    private static final long SECOND = 1_000_000_000L;

    private long now = GateRun.START;
    private final Gate gate =
            new Gate(
                    GateRun.node(NodeSpec.MAX_RPM, NodeSpec.MAX_BPM, 100),
                    GateRun.SETTINGS,
                    now - 120 * SECOND,
                    now);

    @Test
    void theLargestLimitsAreLimitsLikeOthers() {
        now += SECOND;
        assertThat(gate.tryTake(1, Integer.MAX_VALUE / 8, now)).isTrue();
        gate.respecify(GateRun.node(1, 1, 1), now);
        assertThat(gate.opening(0, now)).isInstanceOf(Opening.OnChange.class);
        assertThat(gate.opening(2, now)).isInstanceOf(Opening.Never.class);
    }

    @Test
    void opensAfterFailuresAndLetsTwoTry() {
        fail(3);
        assertThat(gate.opening(0, now)).isEqualTo(new Opening.At(now + 5 * SECOND + 1));
        now += 5 * SECOND + 1;

        assertThat(gate.tryTake(10, 0, now)).isTrue();
        assertThat(gate.tryTake(11, 0, now)).isTrue();
        assertThat(gate.opening(0, now)).isInstanceOf(Opening.OnChange.class);
        assertThat(gate.tryTake(12, 0, now)).isFalse();

        // one that was not sent gives its place back, once
        gate.ended(10, Gate.Ending.UNSENT, now);
        assertThat(gate.tryTake(13, 0, now)).isTrue();
        assertThat(gate.tryTake(14, 0, now)).isFalse();

        gate.ended(11, Gate.Ending.ANSWERED, now);
        gate.ended(13, Gate.Ending.ANSWERED, now);
        assertThat(gate.figures(now).breaker()).isEqualTo("closed");
    }

    @Test
    void saysWhenLittleEnoughIsUnknownRatherThanToAskAgain() {
        // nobody knows what was sent until now
        var unknowing = new Gate(GateRun.node(600, 60_000, 100), GateRun.SETTINGS, now, now);
        long began = now;
        int asked = 0;
        while (unknowing.opening(1000, now) instanceof Opening.At(long at)) {
            long wait = at - now;
            assertThat(wait).isPositive();
            long before = now + Math.max(0, wait - SECOND / 1000);
            assertThat(unknowing.opening(1000, before)).isInstanceOf(Opening.At.class);
            now = at;
            asked++;
        }

        assertThat(unknowing.tryTake(1, 1000, now)).isTrue();
        assertThat(now - began).isBetween(SECOND, 62 * SECOND);
        assertThat(asked).isLessThan(5);
    }

    @Test
    void saysWhatKeepsItClosed() {
        assertThat(gate.figures(now).state()).isEqualTo(GateState.LIMITED); // it starts empty
        now += SECOND;
        assertThat(gate.figures(now).state()).isEqualTo(GateState.OPEN);
        gate.closeUntil(now + SECOND);
        assertThat(gate.figures(now).state()).isEqualTo(GateState.COOLING_DOWN);
        now += SECOND;
        assertThat(gate.figures(now).state()).isEqualTo(GateState.OPEN);
        gate.health(NodeHealth.State.UNHEALTHY, now);
        assertThat(gate.figures(now).state()).isEqualTo(GateState.UNHEALTHY);
        gate.health(NodeHealth.State.HEALTHY, now);
        for (int grant = 100; grant < 200; grant++) {
            assertThat(gate.tryTake(grant, 0, now)).isTrue();
        }
        assertThat(gate.figures(now).state()).isEqualTo(GateState.FULL);
        for (int grant = 100; grant < 200; grant++) {
            gate.ended(grant, Gate.Ending.NO_ANSWER, now);
        }
        assertThat(gate.figures(now).state()).isEqualTo(GateState.BREAKER_OPEN);
    }

    @Test
    void whatWasSentBeforeItOpenedIsNoTrial() {
        now += SECOND;
        for (int old = 20; old < 26; old++) {
            assertThat(gate.tryTake(old, 0, now)).isTrue();
        }
        fail(3);
        now += 5 * SECOND + 1;
        assertThat(gate.tryTake(30, 0, now)).isTrue();
        gate.ended(20, Gate.Ending.NO_ANSWER, now);
        gate.ended(21, Gate.Ending.NO_ANSWER, now);
        gate.ended(22, Gate.Ending.UNSENT, now);
        gate.ended(23, Gate.Ending.UNSENT, now);
        assertThat(gate.figures(now).breaker()).isEqualTo("half_open");

        assertThat(gate.tryTake(31, 0, now)).isTrue();
        assertThat(gate.tryTake(32, 0, now)).isFalse();
        gate.ended(30, Gate.Ending.ANSWERED, now);
        gate.ended(31, Gate.Ending.ANSWERED, now);
        gate.ended(24, Gate.Ending.NO_ANSWER, now);
        assertThat(gate.figures(now).breaker()).isEqualTo("closed");
    }

    @Test
    void goodHealthAgainTriesAtOnce() {
        gate.health(NodeHealth.State.UNHEALTHY, now);
        gate.health(NodeHealth.State.UNKNOWN, now);
        fail(3);
        gate.health(NodeHealth.State.HEALTHY, now);

        assertThat(gate.tryTake(10, 0, now)).isTrue();
    }

    @Test
    void closesUntilTheLatestMomentAsked() {
        now += SECOND;
        gate.closeUntil(now + 10 * SECOND);
        gate.closeUntil(now + 5 * SECOND);

        assertThat(gate.opening(0, now)).isEqualTo(new Opening.At(now + 10 * SECOND));
        assertThat(gate.opening(0, now + 10 * SECOND)).isInstanceOf(Opening.Now.class);
    }

    @Test
    void aGrantEndsOnce() {
        now += SECOND;
        gate.tryTake(1, 0, now);
        gate.ended(1, Gate.Ending.ANSWERED, now);

        assertThatThrownBy(() -> gate.ended(1, Gate.Ending.ANSWERED, now))
                .isInstanceOf(IllegalStateException.class);
    }

    private void fail(int times) {
        now += SECOND;
        for (int i = 0; i < times; i++) {
            assertThat(gate.tryTake(100 + i, 0, now)).isTrue();
            gate.ended(100 + i, Gate.Ending.NO_ANSWER, now);
        }
        assertThat(gate.figures(now).breaker()).isEqualTo("open");
    }
}
