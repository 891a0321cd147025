package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.testkit.SlidingWindow.Hit;
import dev.sluice.testkit.SlidingWindow.Peak;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A clock that stops while this JVM stands still. A machine with too much to do, or one that is
 * itself suspended, keeps everything waiting for seconds, and no promise in seconds is of those.
 *
 * <p>On a machine that has time it says what any clock says.
 */
final class AwakeClock implements AutoCloseable {

    // a tick that is so late stood still; what is shorter is within every promise: the gates make
    // up for half a second
    private static final Duration LATE = Duration.ofMillis(250);
    private static final Duration TICK = Duration.ofMillis(10);
    // a machine that stands still for longer while a promise runs keeps none
    private static final Duration WALL = Duration.ofSeconds(60);
    // until what had been waiting meanwhile has been read
    private static final Duration CATCHES_UP = Duration.ofMillis(500);

    /** From the time at which a tick was due until it came. */
    private record Still(long fromNanos, long toNanos) {

        long within(long from, long to) {
            long begin = Math.max(0, fromNanos - from); // by differences: nano clocks wrap around
            long end = Math.min(to - from, toNanos - from);
            return Math.max(0, end - begin);
        }
    }

    private final List<Still> stills = new ArrayList<>();
    private final ScheduledExecutorService ticks =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("awake-clock").factory());
    private final NanoClock nanos;
    private long lastNanos;

    /** One that does not tick by itself. */
    AwakeClock(NanoClock nanos) {
        this.nanos = nanos;
        lastNanos = nanos.nanoTime();
    }

    static AwakeClock start() {
        var clock = new AwakeClock(NanoClock.SYSTEM);
        var _ =
                clock.ticks.scheduleWithFixedDelay(
                        clock::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
        return clock;
    }

    synchronized void tick() {
        long now = nanos.nanoTime();
        if (now - lastNanos > LATE.toNanos()) {
            stills.add(new Still(lastNanos + TICK.toNanos(), now));
        }
        lastNanos = now;
    }

    /** How much of this time, on {@link System#nanoTime}, was not stood still. */
    synchronized Duration awake(long fromNanos, long toNanos) {
        tick(); // or what has just ended would not be known
        long still = stills.stream().mapToLong(one -> one.within(fromNanos, toNanos)).sum();
        return Duration.ofNanos(toNanos - fromNanos - still);
    }

    /** Waits for what is promised within so long, and no longer. */
    void awaitWithin(String what, long fromNanos, Duration promised, Callable<Boolean> condition) {
        await(what)
                .atMost(promised.plus(WALL))
                .until(() -> condition.call() || awakeSince(fromNanos).compareTo(promised) > 0);
        assertThat(awakeSince(fromNanos)).as(what).isLessThanOrEqualTo(promised);
    }

    private Duration awakeSince(long fromNanos) {
        return awake(fromNanos, nanos.nanoTime());
    }

    /**
     * The peak over all windows in which a node of this JVM did not stand still: what came while it
     * did counts when it is read, all at once.
     */
    Peak peak(List<Hit> hits, Duration width) {
        long requests = 0;
        long bytes = 0;
        for (Hit first : hits) {
            long from = first.nanos();
            Duration awake = awake(from - CATCHES_UP.toNanos(), from + width.toNanos());
            if (awake.equals(width.plus(CATCHES_UP))) {
                var window =
                        hits.stream()
                                .filter(hit -> hit.nanos() - from >= 0)
                                .filter(hit -> hit.nanos() - from < width.toNanos())
                                .toList();
                requests = Math.max(requests, window.size());
                bytes = Math.max(bytes, window.stream().mapToLong(Hit::bytes).sum());
            }
        }
        return new Peak(requests, bytes);
    }

    @Override
    public void close() {
        ticks.shutdownNow();
    }
}
