package dev.sluice.chassis.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a running service: started in order, closed in reverse, whole or not at all.
 *
 * <p>{@code NEW → RUNNING → DRAINING → CLOSED}; a part that fails to start closes those before it.
 */
public final class Lifecycle implements AutoCloseable {

    /** Where a service stands. */
    public enum State {
        NEW,
        RUNNING,
        DRAINING,
        CLOSED
    }

    private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

    private final String name;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private State state = State.NEW;

    public Lifecycle(String name) {
        this.name = name;
    }

    /** Makes and keeps a part; if it cannot be made, everything before it is closed. */
    public synchronized <T extends AutoCloseable> T add(Start<T> start) throws StartException {
        if (state != State.NEW) {
            throw new IllegalStateException(name + " is " + state);
        }
        try {
            T part = start.start();
            parts.push(part);
            return part;
        } catch (Exception e) {
            close();
            if (e instanceof StartException known) {
                throw known;
            }
            throw new StartException(name + " did not start: " + e.getMessage(), e);
        }
    }

    public synchronized void running() {
        if (state != State.NEW) {
            throw new IllegalStateException(name + " is " + state);
        }
        state = State.RUNNING;
    }

    public synchronized State state() {
        return state;
    }

    /**
     * Closes all parts in reverse; a part that fails is logged, the others are closed all the same.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (state == State.DRAINING || state == State.CLOSED) {
                return;
            }
            state = State.DRAINING;
        }
        while (true) {
            AutoCloseable part;
            synchronized (this) {
                part = parts.poll();
                if (part == null) {
                    state = State.CLOSED;
                    return;
                }
            }
            try {
                part.close();
            } catch (Exception e) {
                log.error("{}: closing {} failed", name, part.getClass().getSimpleName(), e);
            }
        }
    }

    /** Makes a part. */
    @FunctionalInterface
    public interface Start<T> {
        T start() throws Exception;
    }
}
