package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Reason;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What follows from an attempt: the end, or another one later.
 *
 * <p>Tried again are connection errors, time-outs, 502, 503 and 504, at most {@code maxAttempts}
 * times in all. An attempt that the node never saw, and one that it refused with 429, or with 503
 * and {@code Retry-After}, counts as none.
 */
public final class RetryPolicy {

    private static final Set<Integer> TRY_AGAIN = Set.of(502, 503, 504);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(30);

    // the node said that it is busy and not for how long
    static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(1);

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
    private final IntervalFunction backoff =
            IntervalFunction.ofExponentialBackoff(FIRST_BACKOFF, 2.0, MAX_BACKOFF);

    public RetryPolicy(int maxAttempts) {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("at least one attempt");
        }
        this.maxAttempts = maxAttempts;
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
                if (TRY_AGAIN.contains(answer.status()) && counted < maxAttempts) {
                    yield again(made, true, random);
                }
                yield failed(
                        Optional.of(answer),
                        Reason.NODE_ERROR,
                        "the node answered " + answer.status());
            }
            case AttemptOutcome.Throttled throttled ->
                    // its node's gate is closed until then; other nodes may take it at once
                    new Decision.Again(Duration.ZERO, false, false);
            case AttemptOutcome.TimedOut() ->
                    counted < maxAttempts
                            ? again(made, true, random)
                            : failed(
                                    Optional.empty(),
                                    Reason.TIMEOUT,
                                    "no answer within the time limit, attempt %d of %d"
                                            .formatted(counted, maxAttempts));
            case AttemptOutcome.Unreachable(String why, boolean written) -> {
                if (!written || counted < maxAttempts) {
                    yield again(made, written, random);
                }
                yield failed(
                        Optional.empty(),
                        Reason.UNREACHABLE,
                        "%s, attempt %d of %d".formatted(why, counted, maxAttempts));
            }
            case AttemptOutcome.Withheld() -> new Decision.Again(Duration.ZERO, false, false);
            case AttemptOutcome.TooLarge(int maxBytes) ->
                    failed(
                            Optional.empty(),
                            Reason.RESPONSE_TOO_LARGE,
                            "the node's answer is larger than %d bytes".formatted(maxBytes));
            case AttemptOutcome.Garbled(String why) ->
                    failed(Optional.empty(), Reason.BAD_RESPONSE, why);
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

    private static Decision failed(Optional<Answer> answer, Reason reason, String detail) {
        return new Decision.End(Outcome.FAILED, answer, Optional.of(reason), Optional.of(detail));
    }
}
