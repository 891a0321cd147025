package dev.sluice.stats.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private final ManualClock clock = new ManualClock();
    private final AtomicInteger asked = new AtomicInteger();
    private final Semaphore mayEnd = new Semaphore(0);

    @Test
    void callersShareARoundAndAFinishedOneIsGoodForASecond() throws Exception {
        try (var rounds = new Rounds(this::round, clock::nanoTime, Duration.ofSeconds(30));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var callers = new ArrayList<Future<Round>>();
            for (int i = 0; i < 200; i++) {
                callers.add(threads.submit(rounds::current));
            }
            await().until(() -> asked.get() == 1);
            mayEnd.release();
            Round first = callers.getFirst().get(10, TimeUnit.SECONDS);
            for (Future<Round> caller : callers) {
                assertThat(caller.get(10, TimeUnit.SECONDS)).isSameAs(first);
            }
            assertThat(rounds.current()).isSameAs(first);
            assertThat(asked).hasValue(1);

            clock.advance(Duration.ofSeconds(1));
            mayEnd.release();
            assertThat(rounds.current()).isNotSameAs(first);
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void whoDoesNotWaitGetsTheLastOneAndTheNextIsBegun() throws Exception {
        try (var rounds = new Rounds(this::round, clock::nanoTime, Duration.ofSeconds(30))) {
            assertThat(rounds.latest().services()).isEmpty();
            assertThat(rounds.latest().tookMs()).isZero();
            await().until(() -> asked.get() == 1);
            mayEnd.release();
            await().until(() -> rounds.latest().tookMs() == 1);
            assertThat(asked).hasValue(1);
        }
    }

    private Round round() throws InterruptedException {
        int number = asked.incrementAndGet();
        mayEnd.acquire();
        return Round.of(clock.nanoTime(), number, java.util.List.of());
    }
}
