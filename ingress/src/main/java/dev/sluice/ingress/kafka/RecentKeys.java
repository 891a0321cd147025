package dev.sluice.ingress.kafka;

import dev.sluice.protocol.Fingerprint;
import dev.sluice.protocol.KeyHash;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The idempotency keys of what this ingress has appended lately, and is appending now.
 *
 * <p>It spares the log most repeats, and no more: what it forgets, or another ingress took, the
 * worker finds. At its bound the oldest key is forgotten. Safe for use by several threads.
 */
public final class RecentKeys {

    /** What is to be done with a request that has a key. */
    public sealed interface Answer {

        /** Its key is new here: it is to be appended. */
        record Append(Turn turn) implements Answer {}

        /** The same request was appended before, or is being appended. */
        record Repeat(First first) implements Answer {}

        /** Another request has its key. */
        record Reused() implements Answer {}
    }

    /** The append of the first request with a key. */
    public static final class First {

        private final Fingerprint fingerprint;
        private final long sinceNanos;
        // empty: it was never tried
        private final CompletableFuture<Optional<Appended>> appended = new CompletableFuture<>();

        private First(Fingerprint fingerprint, long sinceNanos) {
            this.fingerprint = fingerprint;
            this.sinceNanos = sinceNanos;
        }

        /** Blocks until it is known what became of it; empty when it was not even tried. */
        public Optional<Appended> await() throws InterruptedException {
            try {
                return appended.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("never completed so", e);
            }
        }
    }

    /** The right to append; others with the same key wait until it is closed. */
    public final class Turn implements AutoCloseable {

        private final KeyHash key;
        private final First first;
        private Optional<Appended> outcome = Optional.empty();

        private Turn(KeyHash key, First first) {
            this.key = key;
            this.first = first;
        }

        /** Only what the log has is remembered: anything else may be tried again. */
        public void appended(Appended appended) {
            outcome = Optional.of(appended);
        }

        @Override
        public void close() {
            if (outcome.filter(Appended.Accepted.class::isInstance).isEmpty()) {
                forget(key, first);
            }
            first.appended.complete(outcome);
        }
    }

    private final int max;
    private final long timeNanos;
    private final LinkedHashMap<KeyHash, First> keys = new LinkedHashMap<>(); // oldest first

    /**
     * None yet.
     *
     * @param max keys at one time, some 300 bytes each
     * @param time that a key is remembered
     */
    public RecentKeys(int max, Duration time) {
        this.max = max;
        this.timeNanos = time.toNanos();
    }

    /** A request with this key and fingerprint came in. */
    public synchronized Answer begin(KeyHash key, Fingerprint fingerprint, long nowNanos) {
        forgetOver(nowNanos);
        First before = keys.get(key);
        if (before != null) {
            return before.fingerprint.equals(fingerprint)
                    ? new Answer.Repeat(before)
                    : new Answer.Reused();
        }
        var first = new First(fingerprint, nowNanos);
        keys.put(key, first);
        if (keys.size() > max) {
            keys.pollFirstEntry();
        }
        return new Answer.Append(new Turn(key, first));
    }

    public synchronized int size() {
        return keys.size();
    }

    private synchronized void forget(KeyHash key, First first) {
        keys.remove(key, first);
    }

    private void forgetOver(long nowNanos) {
        for (var oldest = keys.firstEntry();
                oldest != null && nowNanos - oldest.getValue().sinceNanos > timeNanos;
                oldest = keys.firstEntry()) {
            keys.pollFirstEntry();
        }
    }
}
