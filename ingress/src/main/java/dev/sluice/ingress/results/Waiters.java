package dev.sluice.ingress.results;

import dev.sluice.protocol.Ending;
import dev.sluice.protocol.Nonce;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The clients that wait for a result, by the nonce of the request: it is drawn before the append,
 * so a result that comes before the append's answer finds its client.
 *
 * <p>Safe for use by several threads. Closing it lets all waiting clients go.
 */
public final class Waiters implements AutoCloseable {

    /**
     * Bounds of who waits.
     *
     * @param all clients at one time: each holds a connection and a thread
     * @param perClient of those, how many of one client address
     */
    public record Bounds(int all, int perClient) {}

    private final Bounds bounds;
    private final AtomicInteger count = new AtomicInteger();
    private final Map<Nonce, List<Waiter>> waiters = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** One client that waits; to be closed when it no longer does. */
    public final class Waiter implements AutoCloseable {

        private final Nonce nonce;
        private final WaitingClient client;
        private final CompletableFuture<Optional<Ending>> result = new CompletableFuture<>();

        private Waiter(Nonce nonce, WaitingClient client) {
            this.nonce = nonce;
            this.client = client;
        }

        /**
         * Blocks until the result is there; empty if it did not come in time, or the client has
         * left.
         */
        public Optional<Ending> await(long nanos) throws InterruptedException {
            try (var _ = client.whenGone(() -> result.complete(Optional.empty()))) {
                return result.get(nanos, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return Optional.empty();
            } catch (ExecutionException e) {
                throw new IllegalStateException("never completed so", e);
            }
        }

        @Override
        public void close() {
            waiters.computeIfPresent(
                    nonce,
                    (n, all) -> {
                        if (all.remove(this)) {
                            count.decrementAndGet();
                            client.waits().give(1);
                        }
                        return all.isEmpty() ? null : all;
                    });
        }
    }

    /** No client waits yet. */
    public Waiters(Bounds bounds) {
        this.bounds = bounds;
    }

    /** A client that waits for this request's result; empty when as many wait as may. */
    public Optional<Waiter> register(Nonce nonce, WaitingClient client) {
        if (closed || !client.waits().take(1, bounds.perClient())) {
            return Optional.empty();
        }
        if (count.incrementAndGet() > bounds.all()) {
            count.decrementAndGet();
            client.waits().give(1);
            return Optional.empty();
        }
        var waiter = new Waiter(nonce, client);
        waiters.compute(
                nonce,
                (n, all) -> {
                    List<Waiter> list = all == null ? new ArrayList<>(1) : all;
                    list.add(waiter);
                    return list;
                });
        if (closed) {
            waiter.result.complete(Optional.empty());
        }
        return Optional.of(waiter);
    }

    /** Hands a result to all who wait for it, or a duplicate, which says for what to wait. */
    public void complete(Ending ending) {
        finish(ending.request().nonce(), Optional.of(ending));
    }

    public int count() {
        return count.get();
    }

    @Override
    public void close() {
        closed = true;
        waiters.keySet().forEach(nonce -> finish(nonce, Optional.empty()));
    }

    private void finish(Nonce nonce, Optional<Ending> result) {
        if (waiters.isEmpty()) {
            return;
        }
        waiters.computeIfPresent(
                nonce,
                (n, all) -> {
                    all.forEach(waiter -> waiter.result.complete(result));
                    return all; // each leaves by itself
                });
    }
}
