package dev.sluice.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Reason;
import dev.sluice.worker.dispatch.RetryPolicy.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {

    private final RetryPolicy policy = new RetryPolicy(RetrySettings.of(3));

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

    @ParameterizedTest
    @CsvSource({
        // setting, status, tried again
        "'connection,timeout', 503, false",
        "'connection,timeout', 502, false",
        "'429,500', 500, true",
        "'429,500', 503, false",
        "none, 504, false",
        "404, 404, true",
    })
    void whichAnswersAreTriedAgainIsASetting(String on, int status, boolean again) {
        var outcome = new AttemptOutcome.Delivered(answer(status));

        Decision decision = on(on).decide(outcome, 1, 1, 0.5);

        assertThat(decision instanceof Decision.Again).isEqualTo(again);
        if (decision instanceof Decision.End end) {
            assertThat(end.answer()).contains(answer(status));
            assertThat(end.reason()).contains(Reason.NODE_ERROR);
        }
    }

    @Test
    void aRequestThatGoesRoundInALoopIsNeverTriedAgain() {
        Decision decision =
                on("508,timeout").decide(new AttemptOutcome.Delivered(answer(508)), 1, 1, 0.5);

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.End.class,
                        end -> {
                            assertThat(end.outcome()).isEqualTo(Outcome.FAILED);
                            assertThat(end.answer()).contains(answer(508));
                            assertThat(end.reason()).contains(Reason.LOOP_DETECTED);
                        });
    }

    @ParameterizedTest
    @CsvSource({"429, 429, true", "503, 429, false", "503, 503, true", "429, 503, false"})
    void aBusyNodesAnswerIsFinalWhereItIsNotTriedAgain(String on, int status, boolean again) {
        var outcome =
                new AttemptOutcome.Throttled(answer(status), Optional.of(Duration.ofSeconds(9)));

        Decision decision = on(on).decide(outcome, 1, 1, 0.5);

        assertThat(decision instanceof Decision.Again).isEqualTo(again);
        if (decision instanceof Decision.End end) {
            assertThat(end.answer()).contains(answer(status));
            assertThat(end.detail()).contains("the node answered " + status);
        }
    }

    @Test
    void timeoutsAndBrokenConnectionsAreTriedAgainOnlyWhereTheSettingSaysSo() {
        var timedOut = new AttemptOutcome.TimedOut();
        var broken = new AttemptOutcome.Unreachable("connection closed", true);

        assertThat(on("timeout").decide(timedOut, 1, 1, 0.5)).isInstanceOf(Decision.Again.class);
        assertThat(end(on("timeout").decide(broken, 1, 1, 0.5)))
                .satisfies(end -> assertThat(end.reason()).contains(Reason.UNREACHABLE))
                .satisfies(end -> assertThat(end.detail().get()).contains("connection closed"));
        assertThat(on("connection").decide(broken, 1, 1, 0.5)).isInstanceOf(Decision.Again.class);
        assertThat(end(on("connection").decide(timedOut, 1, 1, 0.5)))
                .satisfies(end -> assertThat(end.reason()).contains(Reason.TIMEOUT))
                .satisfies(end -> assertThat(end.detail().get()).contains("worker.retry-on"));
    }

    @Test
    void anAttemptThatTheNodeNeverSawIsMadeUpForWhateverTheSettingSays() {
        var refused = new AttemptOutcome.Unreachable("refused", false);

        assertThat(on("none").decide(refused, 0, 9, 0.5)).isInstanceOf(Decision.Again.class);
    }

    @Test
    void theBackoffDoublesFromTheFirstToTheMost() {
        var on = RetryOn.DEFAULT;
        var settings = new RetrySettings(9, on, Duration.ofMillis(10), Duration.ofMillis(35));
        var outcome = new AttemptOutcome.TimedOut();
        var policyOfMillis = new RetryPolicy(settings);

        for (var expected : Map.of(1, 9L, 2, 19L, 3, 34L, 4, 34L).entrySet()) {
            var again =
                    (Decision.Again)
                            policyOfMillis.decide(
                                    outcome, 1, expected.getKey(), Math.nextDown(1.0));
            assertThat(again.pause().toMillis()).isEqualTo(expected.getValue());
        }
        var same = new RetrySettings(9, on, Duration.ofMillis(10), Duration.ofMillis(10));
        assertThat(new RetryPolicy(same).decide(outcome, 1, 3, 0.5))
                .isEqualTo(new Decision.Again(Duration.ofMillis(5), true, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "connection", "timeout,429", "connection,timeout,404,599"})
    void theSettingIsShownAsItIsWritten(String text) {
        assertThat(RetryOn.parse(" " + text.replace(",", " , "))).hasToString(text);
    }

    @Test
    void theDefaultSetting() {
        assertThat(RetryOn.DEFAULT).hasToString("connection,timeout,429,502,503,504");
    }

    @Test
    void allThatIsNoWordOfTheSettingIsNamed() {
        assertThatThrownBy(() -> RetryOn.parse("timeout,200,never,,0503,600"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'200', 'never', '', '0503', '600'");
        assertThatThrownBy(() -> RetryOn.parse("none,429"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'none' is none of these");
    }

    private static RetryPolicy on(String on) {
        return new RetryPolicy(
                new RetrySettings(
                        3, RetryOn.parse(on), Duration.ofMillis(200), Duration.ofSeconds(30)));
    }

    private static Decision.End end(Decision decision) {
        return (Decision.End) decision;
    }

    private static Answer answer(int status) {
        return new Answer(status, List.of(), Body.EMPTY);
    }
}
