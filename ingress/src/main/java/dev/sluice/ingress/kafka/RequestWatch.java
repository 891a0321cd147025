package dev.sluice.ingress.kafka;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.ingress.results.Waiters;
import dev.sluice.ingress.results.WaitingClient;
import dev.sluice.protocol.RequestId;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The way from an id to what is known of its request, with patience: a duplicate leads to the
 * request that was sent in its place.
 */
public final class RequestWatch {

    /**
     * What is known, and of which request.
     *
     * @param of the one that was asked for, or the first one with its idempotency key
     */
    public record Known(RequestId of, Found found) {}

    // one step is the rule; each further one takes a worker that had forgotten a key
    private static final int MAX_STEPS = 8;

    private final ResultLookup lookup;
    private final Waiters waiters;
    private final NanoClock nanos;
    private final InstantSource wall;

    public RequestWatch(ResultLookup lookup, Waiters waiters, NanoClock nanos, InstantSource wall) {
        this.lookup = lookup;
        this.waiters = waiters;
        this.nanos = nanos;
        this.wall = wall;
    }

    /**
     * Looks a request up, and waits for its end if it has none yet.
     *
     * @param waitNanos 0 does not wait; nor does it where as many clients wait as may
     */
    public Known find(RequestId asked, long waitNanos, WaitingClient client)
            throws InterruptedException {
        long until = nanos.nanoTime() + waitNanos;
        RequestId id = asked;
        for (int step = 0; step < MAX_STEPS; step++) {
            Found found = one(id, until - nanos.nanoTime(), client);
            if (!(found instanceof Found.SameAs(RequestId first))) {
                return new Known(id, found);
            }
            id = first;
        }
        return new Known(id, new Found.OutOfTime());
    }

    private Found one(RequestId id, long waitNanos, WaitingClient client)
            throws InterruptedException {
        // first, so that a result that comes during the look-up is not missed
        Optional<Waiters.Waiter> waiter =
                waitNanos <= 0 ? Optional.empty() : waiters.register(id.nonce(), client);
        if (waiter.isEmpty()) {
            return lookup.find(id);
        }
        try (var waiting = waiter.get()) {
            Found found = lookup.find(id);
            if (!(found instanceof Found.Queued queued) || queued.hasExpired(wall.instant())) {
                return found;
            }
            return waiting.await(waitNanos)
                    .filter(ending -> ending.request().equals(id))
                    .map(Found::of)
                    .orElse(found);
        }
    }
}
