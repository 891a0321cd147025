package dev.sluice.system.containers;

import dev.sluice.system.Client;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that put requests into the queue at a steady rate until they are closed, and take note of
 * each answer. One that finds no ingress tries again.
 */
final class Load implements AutoCloseable {

    private static final int CLIENTS = 4;
    private static final int BODY_MAX_BYTES = 2_000;

    private final Client client;
    private final String path;
    private final long everyNanos;
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final Map<Integer, AtomicInteger> refused = new ConcurrentHashMap<>();
    private final AtomicInteger unreachable = new AtomicInteger();
    private final AtomicInteger offered = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    Load(Client client, String path, int perSecond) {
        this.client = client;
        this.path = path;
        this.everyNanos = 1_000_000_000L / perSecond;
        long start = System.nanoTime();
        for (int i = 0; i < CLIENTS; i++) {
            threads.add(Thread.startVirtualThread(() -> offer(start)));
        }
    }

    private void offer(long startNanos) {
        while (!over) {
            int number = offered.getAndIncrement();
            long due = startNanos + number * everyNanos;
            while (!over && due - System.nanoTime() > 0) {
                LockSupport.parkNanos(Math.min(due - System.nanoTime(), 100_000_000L));
            }
            try {
                note(client.send("POST", path, new byte[number * 37 % BODY_MAX_BYTES]));
            } catch (UncheckedIOException e) {
                unreachable.incrementAndGet();
                LockSupport.parkNanos(100_000_000L);
            }
        }
    }

    private void note(HttpResponse<byte[]> answer) {
        if (answer.statusCode() == 202) {
            accepted.add(Client.json(answer).path("id").asString());
        } else {
            refused.computeIfAbsent(answer.statusCode(), s -> new AtomicInteger())
                    .incrementAndGet();
        }
    }

    /** Ids that were accepted up to now. */
    Set<String> accepted() {
        return Set.copyOf(accepted);
    }

    int count() {
        return accepted.size();
    }

    /** The statuses of all answers that were not 202. */
    Set<Integer> otherStatuses() {
        return Set.copyOf(refused.keySet());
    }

    /** No more is offered; what was is answered. */
    void end() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        end();
    }

    @Override
    public String toString() {
        return "accepted %d, others %s, no ingress %d"
                .formatted(count(), refused, unreachable.get());
    }
}
