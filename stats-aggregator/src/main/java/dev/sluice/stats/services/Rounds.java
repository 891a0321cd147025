package dev.sluice.stats.services;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.time.NanoClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The rounds, shared by all who ask: one is under way at a time, and a finished one is good for a
 * second. So many callers ask the services no more often than one.
 */
public final class Rounds implements AutoCloseable {

    private static final long GOOD_NANOS = TimeUnit.SECONDS.toNanos(1);
    // a round ends by itself; on a machine that stands still the one before has to do
    private static final Duration WAIT = Asking.EACH.plusMillis(200);

    private final Callable<Round> asking;
    private final NanoClock nanos;
    private final Duration wait;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(Fatal.threads("round"));
    private Optional<Round> last = Optional.empty();
    private Optional<CompletableFuture<Round>> running = Optional.empty();

    public Rounds(Asking asking, NanoClock nanos) {
        this(asking::round, nanos, WAIT);
    }

    /**
     * As above, with rounds of another origin.
     *
     * @param wait how long a caller waits for a round
     */
    Rounds(Callable<Round> asking, NanoClock nanos, Duration wait) {
        this.asking = asking;
        this.nanos = nanos;
        this.wait = wait;
    }

    /** One that is at most a second old, or that is made now. */
    public Round current() throws InterruptedException {
        CompletableFuture<Round> next;
        synchronized (this) {
            if (last.isPresent() && nanos.nanoTime() - last.get().finishedNanos() < GOOD_NANOS) {
                return last.get();
            }
            next = begin();
        }
        try {
            return next.get(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return latest();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a round", e.getCause());
        }
    }

    /** The last one that was finished, without waiting; another one is begun if it is old. */
    public synchronized Round latest() {
        if (last.isEmpty() || nanos.nanoTime() - last.get().finishedNanos() >= GOOD_NANOS) {
            var _ = begin();
        }
        return last.orElseGet(() -> Round.none(nanos.nanoTime()));
    }

    private synchronized CompletableFuture<Round> begin() {
        if (running.isPresent()) {
            return running.get();
        }
        var next = new CompletableFuture<Round>();
        running = Optional.of(next);
        thread.execute(() -> run(next));
        return next;
    }

    private void run(CompletableFuture<Round> next) {
        try {
            Round round = asking.call();
            synchronized (this) {
                last = Optional.of(round);
                running = Optional.empty();
            }
            next.complete(round);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing: nobody waits longer than its time
        } catch (Exception e) {
            next.completeExceptionally(e);
            throw new IllegalStateException("a round ended by a bug", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
