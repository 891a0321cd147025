package dev.sluice.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Reason;
import dev.sluice.worker.dispatch.RetryPolicy.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {

    private final RetryPolicy policy = new RetryPolicy(3);

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void gatewayErrorsAreTriedAgainElsewhereUntilTheLastAttempt(int status) {
        var outcome = new AttemptOutcome.Delivered(answer(status));

        assertThat(policy.decide(outcome, 2, 2, 0.5))
                .isEqualTo(new Decision.Again(Duration.ofMillis(200), true, true));
        assertThat(end(policy.decide(outcome, 3, 3, 0.5)).reason()).contains(Reason.NODE_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 500, 501})
    void otherErrorsAreFinal(int status) {
        Decision.End end =
                end(policy.decide(new AttemptOutcome.Delivered(answer(status)), 1, 1, 0.5));

        assertThat(end.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(end.answer()).contains(answer(status));
    }

    @Test
    void busyAndNeverSeenCostNoAttempt() {
        var busy = new AttemptOutcome.Throttled(answer(429), Optional.empty());
        var refused = new AttemptOutcome.Unreachable("refused", false);

        assertThat(RetryPolicy.counts(busy)).isFalse();
        assertThat(RetryPolicy.counts(refused)).isFalse();
        assertThat(policy.decide(busy, 3, 9, 0.5)).isInstanceOf(Decision.Again.class);
        assertThat(policy.decide(refused, 3, 9, 0.5)).isInstanceOf(Decision.Again.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 64, 100_000})
    void thePauseIsNeverAboveHalfAMinute(int made) {
        var refused = new AttemptOutcome.Unreachable("refused", false);
        var again = (Decision.Again) policy.decide(refused, 0, made, Math.nextDown(1.0));

        assertThat(again.pause()).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(30));
    }

    private static Decision.End end(Decision decision) {
        return (Decision.End) decision;
    }

    private static Answer answer(int status) {
        return new Answer(status, List.of(), Body.EMPTY);
    }
}
