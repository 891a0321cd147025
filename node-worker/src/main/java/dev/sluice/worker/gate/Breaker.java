package dev.sluice.worker.gate;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.internal.CircuitBreakerStateMachine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * A node's circuit breaker on Resilience4j: it opens when most of the latest attempts brought no
 * answer, and lets a few through after a while.
 *
 * <p>Each attempt belongs to the era, from one change of state to the next, in which it was let
 * through. When it ends in a later one it says nothing: a time-out of before is no failed trial.
 */
final class Breaker {

    private static final int LATEST = 10;
    private static final int AT_LEAST = 3;
    private static final int TRIALS = 2;

    private final CircuitBreaker breaker;
    private final long openNanos;
    private final long startNanos;
    private long now;
    private long openedAt;
    private State last = State.CLOSED;
    private long era;
    private int trials; // let through in this era, if it is a half-open one

    Breaker(String node, Duration open, long nowNanos) {
        this.now = nowNanos;
        this.startNanos = nowNanos;
        this.openNanos = open.toNanos();
        this.breaker =
                new CircuitBreakerStateMachine(
                        node,
                        CircuitBreakerConfig.custom()
                                .slidingWindow(LATEST, AT_LEAST, SlidingWindowType.COUNT_BASED)
                                .failureRateThreshold(60)
                                .waitDurationInOpenState(open)
                                .permittedNumberOfCallsInHalfOpenState(TRIALS)
                                .clock(new GateClock())
                                .build());
    }

    State state() {
        return breaker.getState();
    }

    Opening opening(long nowNanos) {
        return switch (breaker.getState()) {
            case OPEN -> {
                // strictly after: the state machine compares so
                long opens = openedAt + openNanos + 1;
                yield opens - nowNanos <= 0 ? Opening.Now.INSTANCE : new Opening.At(opens);
            }
            case HALF_OPEN -> trials < TRIALS ? Opening.Now.INSTANCE : Opening.OnChange.INSTANCE;
            default -> Opening.Now.INSTANCE;
        };
    }

    /**
     * Lets an attempt through when it is open for one; {@link #ended} or {@link #release} follows.
     *
     * @return the attempt's era
     */
    long take(long nowNanos) {
        now = nowNanos;
        boolean taken = breaker.tryAcquirePermission();
        follow();
        if (!taken) {
            throw new IllegalStateException("taken while closed, in state " + last);
        }
        trials++;
        return era;
    }

    /** The attempt was not made after all. */
    void release(long eraOfAttempt) {
        if (eraOfAttempt == era) {
            breaker.releasePermission();
            trials--;
        }
    }

    void ended(long eraOfAttempt, boolean answered, long nowNanos) {
        if (eraOfAttempt != era) {
            return;
        }
        now = nowNanos;
        if (answered) {
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        } else {
            breaker.onError(0, TimeUnit.NANOSECONDS, new NoAnswer());
        }
        follow();
    }

    /** A health check was good again: no need to wait any longer. */
    void tryAgain(long nowNanos) {
        now = nowNanos;
        if (breaker.getState() == State.OPEN) {
            breaker.transitionToHalfOpenState();
            follow();
        }
    }

    private void follow() {
        if (breaker.getState() != last) {
            last = breaker.getState();
            era++;
            trials = 0;
            if (last == State.OPEN) {
                openedAt = now;
            }
        }
    }

    /** What the breaker is told of a failure; it is never thrown. */
    private static final class NoAnswer extends Exception {
        NoAnswer() {
            super("no answer", null, false, false);
        }
    }

    private final class GateClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(now - startNanos);
        }
    }
}
