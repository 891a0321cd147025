package dev.sluice.cli.up;

import dev.sluice.chassis.lifecycle.Lifecycle;
import dev.sluice.chassis.lifecycle.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Parts that start at the same time, all or none; closed one by one, the last one first. */
final class Together implements AutoCloseable {

    private final List<Future<? extends AutoCloseable>> parts = new ArrayList<>();
    private final Lifecycle started = new Lifecycle("services");

    /** Begins to start a part on a thread of its own. */
    <T extends AutoCloseable> Future<T> begin(Lifecycle.Start<T> start) {
        var part = new FutureTask<>(start::start);
        parts.add(part);
        Thread.ofVirtual().start(part);
        return part;
    }

    /**
     * Waits, within the start of another part, until this one has started.
     *
     * @throws StartException this part's, if it did not
     */
    static void settled(Future<?> part) throws StartException {
        try {
            var _ = part.get();
        } catch (ExecutionException e) {
            throw reason(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while starting", e);
        }
    }

    /**
     * Waits until all parts have started.
     *
     * @throws StartException the first part's that did not; the others are closed again then
     */
    void await() throws StartException {
        var failures = new ArrayList<StartException>();
        for (Future<? extends AutoCloseable> part : parts) {
            try {
                AutoCloseable ready = part.get();
                started.add(() -> ready);
            } catch (ExecutionException e) {
                failures.add(reason(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.add(new StartException("interrupted while starting", e));
            }
        }
        if (!failures.isEmpty()) {
            close();
            throw failures.getFirst();
        }
        started.running();
    }

    @Override
    public void close() {
        started.close();
    }

    private static StartException reason(ExecutionException e) {
        return e.getCause() instanceof StartException known
                ? known
                : new StartException("a part did not start: " + e.getCause(), e);
    }
}
