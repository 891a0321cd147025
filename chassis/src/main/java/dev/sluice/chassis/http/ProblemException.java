package dev.sluice.chassis.http;

import java.util.OptionalLong;

/** Ends the handling of a request with a problem; the server writes the answer. */
public final class ProblemException extends RuntimeException {

    private final Problem problem;
    private final OptionalLong retryAfterSeconds;

    public ProblemException(Problem problem) {
        this(problem, OptionalLong.empty());
    }

    public ProblemException(Problem problem, OptionalLong retryAfterSeconds) {
        super(problem.detail(), null, false, false); // an answer, not a bug: no stack trace
        this.problem = problem;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public Problem problem() {
        return problem;
    }

    /** For the {@code Retry-After} header. */
    public OptionalLong retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
