package dev.sluice.monitor.urls;

import dev.sluice.chassis.time.NanoClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks names up, one look-up of a name at a time, and remembers for a minute what they led to: a
 * name server that is slow now and then makes no node unhealthy.
 */
final class LookUps {

    /** What came of a look-up. */
    sealed interface Answer {

        /** The addresses; none where nobody knows the name. */
        record Known(List<InetAddress> addresses) implements Answer {}

        /** Nobody has said it in time, nor within the last minute. */
        record Late() implements Answer {}
    }

    /** Asks the name servers, for as long as they take. */
    interface Resolver {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private record Seen(List<InetAddress> addresses, long atNanos) {}

    private static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(1);
    // names, of some 200 bytes each; beyond, the one that was not asked for the longest goes
    private static final int REMEMBERED_MAX = 10_000;

    private final Resolver resolver;
    private final Duration within;
    private final NanoClock nanos;
    private final Map<String, CompletableFuture<List<InetAddress>>> underWay =
            new ConcurrentHashMap<>();
    private final Map<String, Seen> seen = // guarded by itself
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
                    return size() > REMEMBERED_MAX;
                }
            };

    /**
     * None is under way at first.
     *
     * @param within how long one waits for an answer
     */
    LookUps(Resolver resolver, Duration within, NanoClock nanos) {
        this.resolver = resolver;
        this.within = within;
        this.nanos = nanos;
    }

    Duration within() {
        return within;
    }

    /** Waits for the answer; what comes later is remembered for who asks next. */
    Answer of(String host) throws InterruptedException {
        var asked = new CompletableFuture<List<InetAddress>>();
        var before = underWay.putIfAbsent(host, asked);
        if (before == null) {
            Thread.ofVirtual().name("look-up-" + host).start(() -> ask(host, asked));
        }
        try {
            var answer = before == null ? asked : before;
            return new Answer.Known(answer.get(within.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return remembered(host);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void ask(String host, CompletableFuture<List<InetAddress>> asked) {
        try {
            List<InetAddress> addresses = List.of(resolver.addresses(host));
            synchronized (seen) {
                seen.put(host, new Seen(addresses, nanos.nanoTime()));
            }
            underWay.remove(host);
            asked.complete(addresses);
        } catch (UnknownHostException e) {
            underWay.remove(host);
            asked.complete(List.of());
        } catch (RuntimeException e) {
            underWay.remove(host);
            asked.completeExceptionally(e);
        }
    }

    private Answer remembered(String host) {
        synchronized (seen) {
            Seen last = seen.get(host);
            return last == null || nanos.nanoTime() - last.atNanos >= REMEMBERED_NANOS
                    ? new Answer.Late()
                    : new Answer.Known(last.addresses);
        }
    }
}
