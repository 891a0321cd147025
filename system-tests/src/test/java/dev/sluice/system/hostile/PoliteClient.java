package dev.sluice.system.hostile;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * A steady trickle of polite requests, every other one through the queue and by proxy. It does not
 * wait for answers: one that is served slowly sends no less.
 */
final class PoliteClient implements AutoCloseable {

    private static final Duration EACH = Duration.ofMillis(40); // 25 a second

    private static final Duration HANGS = Duration.ofSeconds(60);
    // each on a connection of its own: new ones are to be had, and none is left behind
    private static final String CLOSE = "Prefer: wait=20\r\nConnection: close\r\n";
    private static final String QUEUED = ClientCase.request("POST /queue/polite/p", CLOSE, "p");
    private static final String PROXIED = ClientCase.request("POST /up/p", CLOSE, "p");

    private final AttackedSluice sluice;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread trickle;
    private final List<Double> millis = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private volatile boolean closed;

    /**
     * What it got.
     *
     * @param served how often
     * @param p50Millis half of it within so long
     * @param p99Millis nearly all of it within so long
     * @param refused what was not served, and how
     */
    record Served(int served, double p50Millis, double p99Millis, List<String> refused) {

        /** How much longer than this, at most. */
        String times(Served quiet) {
            return "%.1f / %.1f ms (× %.1f / %.1f)"
                    .formatted(
                            p50Millis,
                            p99Millis,
                            p50Millis / quiet.p50Millis,
                            p99Millis / quiet.p99Millis);
        }
    }

    PoliteClient(AttackedSluice sluice) {
        this.sluice = sluice;
        this.trickle = Thread.ofPlatform().daemon().name("polite").start(this::send);
    }

    /** Forgets what was, and takes what comes within so long. */
    Served during(Duration lasts) {
        drain();
        LockSupport.parkNanos(lasts.toNanos());
        return drain();
    }

    /** What it got since it was asked last. */
    synchronized Served drain() {
        var sorted = millis.stream().sorted().toList();
        var served =
                new Served(sorted.size(), at(sorted, 0.5), at(sorted, 0.99), List.copyOf(refused));
        millis.clear();
        refused.clear();
        return served;
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(sorted.size() - 1L, (long) (share * sorted.size())));
    }

    private void send() {
        long next = System.nanoTime();
        for (int number = 0; !closed; number++) {
            boolean queue = number % 2 == 0;
            requests.execute(() -> one(queue));
            next += EACH.toNanos();
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void one(boolean queue) {
        long began = System.nanoTime();
        String problem;
        try (var wire = Wire.connect(sluice.port(ClientCase.INGRESS), "127.0.0.1")) {
            wire.patience(HANGS);
            wire.send(queue ? QUEUED : PROXIED);
            Received answer = Received.from(wire);
            problem = answer.status() == 200 ? "" : answer.status() + " " + answer.body();
        } catch (IOException e) {
            problem = e.toString();
        }
        note((System.nanoTime() - began) / 1e6, problem);
    }

    private synchronized void note(double took, String problem) {
        if (closed) {
            return; // by now the system may be closed, too
        }
        millis.add(took);
        if (!problem.isEmpty()) {
            refused.add(problem);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(trickle);
        requests.shutdownNow();
    }
}
