package dev.sluice.worker.http;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.worker.link.Frame;
import dev.sluice.worker.link.Line;
import dev.sluice.worker.link.LinkMessage;
import dev.sluice.worker.link.PeerClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * One end of a link: writes frames of what is said, reads those of the other end, and compares the
 * two clocks.
 *
 * <p>A frame goes out at least every {@value #BEAT_MS} ms; an end that hears nothing for {@value
 * #SILENCE_MS} ms gives the link up. Safe for use by several threads.
 */
final class LinkConnection implements Line {

    /** The largest frame: a hello with all tickets of a worker. */
    static final int FRAME_MAX_CHARS = 32 * 1024 * 1024;

    static final String FORMAT = "sluice-link/1";

    private static final Logger log = LoggerFactory.getLogger(LinkConnection.class);
    private static final long BEAT_MS = 250;
    private static final long SILENCE_MS = 2_000;
    // a peer that is so far behind is told all anew, when it is back
    private static final int UNSAID_MAX = 200_000;
    private static final int FRAME_MAX_MESSAGES = 1_000;

    // on the link an absent Optional is not written
    private static final JsonMapper JSON = ProtocolJson.mapper();

    /** What a connection is between. */
    interface Ends {

        /** Writes one frame; may wait. */
        void write(String frame) throws IOException;

        void read(LinkMessage message);

        /** The clocks are compared, so that all may be said. Said once. */
        void ready();

        /** It is over. Said once. */
        void closed();
    }

    private final String name;
    private final Ends ends;
    private final NanoClock clock;
    private final LinkedBlockingQueue<Optional<LinkMessage>> unsaid =
            new LinkedBlockingQueue<>(UNSAID_MAX);
    private final PeerClock peer = new PeerClock();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean ready = new AtomicBoolean();
    private volatile Frame.@Nullable Echo echo;
    private volatile long heardNanos;

    private LinkConnection(String name, Ends ends, NanoClock clock) {
        this.name = name;
        this.ends = ends;
        this.clock = clock;
        this.heardNanos = clock.nanoTime();
    }

    /** One that does nothing until it is begun. */
    static LinkConnection of(String name, Ends ends, NanoClock clock) {
        return new LinkConnection(name, ends, clock);
    }

    static LinkConnection start(String name, Ends ends, NanoClock clock) {
        var connection = of(name, ends, clock);
        connection.begin();
        return connection;
    }

    void begin() {
        Thread.ofVirtual().name("link-" + name).start(this::write);
    }

    @Override
    public void say(LinkMessage message) {
        if (!unsaid.offer(Optional.of(message))) {
            log.warn("link {}: the other end takes nothing; it is given up", name);
            close();
        }
    }

    @Override
    public long late(long theirsNanos) {
        synchronized (peer) {
            return peer.late(theirsNanos);
        }
    }

    @Override
    public long early(long theirsNanos) {
        synchronized (peer) {
            return peer.early(theirsNanos);
        }
    }

    @Override
    public PeerClock.Shift shift() {
        synchronized (peer) {
            return peer.shift();
        }
    }

    /** Takes a frame in. */
    void read(String text) {
        if (closed.get()) {
            return;
        }
        long now = clock.nanoTime();
        Frame frame;
        try {
            frame = JSON.readValue(text, Frame.class);
        } catch (JacksonException e) {
            log.warn("link {}: not a frame: {}", name, e.getOriginalMessage());
            close();
            return;
        }
        heardNanos = now;
        boolean firstEcho = echo == null;
        echo = new Frame.Echo(frame.nowNanos(), now);
        synchronized (peer) {
            peer.heard(frame.nowNanos(), now);
            frame.echo().ifPresent(e -> peer.echoed(e.yoursNanos(), e.mineNanos(), now));
        }
        if (firstEcho) {
            answerAtOnce();
        }
        if (frame.echo().isPresent() && ready.compareAndSet(false, true)) {
            ends.ready();
        }
        frame.messages().forEach(ends::read);
    }

    private void answerAtOnce() {
        if (!unsaid.offer(Optional.empty())) {
            close();
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            ends.closed();
        }
    }

    private void write() {
        try {
            while (!closed.get()) {
                List<LinkMessage> messages = next();
                long now = clock.nanoTime();
                if (now - heardNanos > TimeUnit.MILLISECONDS.toNanos(SILENCE_MS)) {
                    log.warn("link {}: silent for {} ms, given up", name, SILENCE_MS);
                    break;
                }
                var frame = new Frame(now, Optional.ofNullable(echo), messages);
                ends.write(JSON.writeValueAsString(frame));
            }
        } catch (IOException e) {
            log.debug("link {}: {}", name, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    /** What is to be said now; nothing after a while. */
    private List<LinkMessage> next() throws InterruptedException {
        Optional<LinkMessage> first = unsaid.poll(BEAT_MS, TimeUnit.MILLISECONDS);
        if (first == null) {
            return List.of();
        }
        var batch = new ArrayList<Optional<LinkMessage>>();
        batch.add(first);
        unsaid.drainTo(batch, FRAME_MAX_MESSAGES);
        return batch.stream().flatMap(Optional::stream).toList();
    }
}
