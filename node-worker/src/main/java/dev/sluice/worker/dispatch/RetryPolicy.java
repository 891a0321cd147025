package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Reason;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.Optional;

/**
 * What follows from an attempt: the end, or another one later.
 *
 * <p>What is tried again is a setting, {@link RetryOn}, and so is how often. An attempt that the
 * node never saw is none: it is always made up for and never counts. Nor does one that the node
 * refused with 429, or with 503 and {@code Retry-After}, where these are tried again. A request
 * that goes round in a loop (508) is never tried again.
 */
public final class RetryPolicy {

    // the node said that it is busy and not for how long
    static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(1);

    // RFC 5842: each further attempt would go round as often again
    private static final int LOOP_DETECTED = 508;

    /** What to do now. */
    public sealed interface Decision {

        /** It is over. */
        record End(
                Outcome outcome,
                Optional<Answer> answer,
                Optional<Reason> reason,
                Optional<String> detail)
                implements Decision {}

        /**
         * It goes again.
         *
         * @param pause not before so long
         * @param counts whether the attempt counts
         * @param avoid whether another node is to be preferred
         */
        record Again(Duration pause, boolean counts, boolean avoid) implements Decision {}
    }

    private final int maxAttempts;
    private final RetryOn on;
    private final IntervalFunction backoff;

    public RetryPolicy(RetrySettings settings) {
        this.maxAttempts = settings.maxAttempts();
        this.on = settings.on();
        this.backoff =
                IntervalFunction.ofExponentialBackoff(
                        settings.firstBackoff(), 2.0, settings.maxBackoff());
    }

    /**
     * Decides.
     *
     * @param counted attempts that count, this one included if it does
     * @param made attempts made in all, this one included: the backoff goes by these
     * @param random from 0 to below 1, for the jitter
     */
    public Decision decide(AttemptOutcome outcome, int counted, int made, double random) {
        return switch (outcome) {
            case AttemptOutcome.Delivered(Answer answer) -> {
                if (answer.status() < 400) {
                    yield new Decision.End(
                            Outcome.SUCCEEDED,
                            Optional.of(answer),
                            Optional.empty(),
                            Optional.empty());
                }
                if (answer.status() == LOOP_DETECTED) {
                    yield failed(
                            Optional.of(answer),
                            Reason.LOOP_DETECTED,
                            "the node answered 508: its requests come back to a Sluice");
                }
                if (on.statuses().contains(answer.status()) && counted < maxAttempts) {
                    yield again(made, true, random);
                }
                yield nodeError(answer);
            }
            case AttemptOutcome.Throttled throttled ->
                    // its node's gate is closed until then; other nodes may take it at once
                    on.statuses().contains(throttled.answer().status())
                            ? new Decision.Again(Duration.ZERO, false, false)
                            : nodeError(throttled.answer());
            case AttemptOutcome.TimedOut() ->
                    on.timeout() && counted < maxAttempts
                            ? again(made, true, random)
                            : failed(
                                    Optional.empty(),
                                    Reason.TIMEOUT,
                                    "no answer within the time limit, "
                                            + attempt(counted, on.timeout()));
            case AttemptOutcome.Unreachable(String why, boolean written) -> {
                if (!written || (on.connection() && counted < maxAttempts)) {
                    yield again(made, written, random);
                }
                yield failed(
                        Optional.empty(),
                        Reason.UNREACHABLE,
                        why + ", " + attempt(counted, on.connection()));
            }
            case AttemptOutcome.Withheld() -> new Decision.Again(Duration.ZERO, false, false);
            case AttemptOutcome.TooLarge(String why) ->
                    failed(Optional.empty(), Reason.RESPONSE_TOO_LARGE, why);
            case AttemptOutcome.Garbled(String why) ->
                    on.connection() && counted < maxAttempts
                            ? again(made, true, random)
                            : failed(
                                    Optional.empty(),
                                    Reason.BAD_RESPONSE,
                                    why + ", " + attempt(counted, on.connection()));
        };
    }

    /** Whether an attempt with this outcome counts against the maximum. */
    static boolean counts(AttemptOutcome outcome) {
        return switch (outcome) {
            case AttemptOutcome.Throttled t -> false;
            case AttemptOutcome.Withheld w -> false;
            case AttemptOutcome.Unreachable(String why, boolean written) -> written;
            default -> true;
        };
    }

    /** Exponential backoff with full jitter: anything from nothing to the interval. */
    private Decision again(int made, boolean counts, double random) {
        long millis = (long) (backoff.apply(made) * random);
        return new Decision.Again(Duration.ofMillis(millis), counts, true);
    }

    private String attempt(int counted, boolean triedAgain) {
        return triedAgain
                ? "attempt %d of %d".formatted(counted, maxAttempts)
                : "and such an attempt is not made again (worker.retry-on)";
    }

    private static Decision nodeError(Answer answer) {
        return failed(
                Optional.of(answer), Reason.NODE_ERROR, "the node answered " + answer.status());
    }

    private static Decision failed(Optional<Answer> answer, Reason reason, String detail) {
        return new Decision.End(Outcome.FAILED, answer, Optional.of(reason), Optional.of(detail));
    }
}
