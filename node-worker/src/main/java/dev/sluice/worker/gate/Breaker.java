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
            default -> Opening.Now.INSTANCE;
        };
    }

    /** Whether an attempt may go; if so, one of {@link #ended} or {@link #release} follows. */
    boolean tryTake(long nowNanos) {
        now = nowNanos;
        return breaker.tryAcquirePermission();
    }

    void release() {
        breaker.releasePermission();
    }

    void ended(boolean answered, long nowNanos) {
        now = nowNanos;
        State before = breaker.getState();
        if (answered) {
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        } else {
            breaker.onError(0, TimeUnit.NANOSECONDS, new NoAnswer());
        }
        if (before != State.OPEN && breaker.getState() == State.OPEN) {
            openedAt = nowNanos;
        }
    }

    /** A health check was good again: no need to wait any longer. */
    void tryAgain(long nowNanos) {
        now = nowNanos;
        if (breaker.getState() == State.OPEN) {
            breaker.transitionToHalfOpenState();
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
