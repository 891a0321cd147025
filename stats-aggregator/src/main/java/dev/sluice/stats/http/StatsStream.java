package dev.sluice.stats.http;

import dev.sluice.chassis.http.Problem;
import dev.sluice.chassis.http.ProblemException;
import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.protocol.ProtocolJson;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /stats/stream}: the figures once a second, as server-sent events.
 *
 * <p>They are made once for all listeners. One that does not take them is dropped.
 */
public final class StatsStream implements AutoCloseable {

    /** Each is a connection and a thread. */
    public static final int LISTENERS_MAX = 100;

    private static final Logger log = LoggerFactory.getLogger(StatsStream.class);
    // seconds that a listener may be behind: longer than a hiccup of the network
    private static final int BEHIND_MAX = 5;

    private final Supplier<Object> figures;
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private static final class Listener {
        final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(BEHIND_MAX);
        final Thread writer = Thread.currentThread();

        /** Or it is dropped: whatever it writes just now is given up. */
        boolean takes(byte[] event) {
            boolean taken = waiting.offer(event);
            if (!taken) {
                writer.interrupt();
            }
            return taken;
        }
    }

    public StatsStream(Supplier<Object> figures) {
        this.figures = figures;
        this.thread = Fatal.start("stats-stream", this::run);
    }

    /** How many listen. */
    public int listeners() {
        return listeners.size();
    }

    /** Serves one listener, until it leaves or is dropped. */
    public void listen(Context ctx) throws IOException {
        if (listeners.size() >= LISTENERS_MAX || closed.getCount() == 0) {
            throw new ProblemException(
                    new Problem(
                            503,
                            "too_many_listeners",
                            "Too many listeners",
                            "At most " + LISTENERS_MAX + " may listen at one time."));
        }
        var listener = new Listener();
        listeners.add(listener);
        try {
            ctx.header("Cache-Control", "no-store");
            ctx.res().setContentType("text/event-stream");
            ctx.res().setCharacterEncoding("UTF-8");
            ctx.res().flushBuffer();
            OutputStream out = ctx.res().getOutputStream();
            write(out, event());
            while (true) {
                write(out, listener.waiting.take());
            }
        } catch (InterruptedException e) {
            log.debug("a listener is dropped");
        } catch (IOException e) {
            log.debug("a listener left: {}", e.toString());
        } finally {
            listeners.remove(listener);
        }
    }

    private static void write(OutputStream out, byte[] event) throws IOException {
        out.write(event);
        out.flush();
    }

    private void run() {
        try {
            while (!closed.await(1, TimeUnit.SECONDS)) {
                if (listeners.isEmpty()) {
                    continue;
                }
                byte[] event = event();
                listeners.removeIf(listener -> !listener.takes(event));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] event() {
        String json = ProtocolJson.mapper().writeValueAsString(figures.get());
        return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Lets all listeners go. */
    @Override
    public void close() {
        closed.countDown();
        listeners.forEach(listener -> listener.writer.interrupt());
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
