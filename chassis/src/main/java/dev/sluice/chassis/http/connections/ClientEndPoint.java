package dev.sluice.chassis.http.connections;

import dev.sluice.chassis.pace.ConnectionPace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection: counts its bytes, and can tell whether the client is still there while
 * Jetty reads nothing from it.
 *
 * <p>For that it reads ahead, some bytes at most; what it finds is handed out before anything else.
 */
final class ClientEndPoint extends SocketChannelEndPoint implements ClientConnection {

    // of a client that sends its next requests before it has an answer
    private static final int AHEAD_BYTES = 4 * 1024;

    // for the answer that its body was too slow
    private static final long TO_BE_TOLD_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ClientNetwork network;
    private final boolean trusted;
    private final Connections connections;
    private final ConnectionPace pace;
    private final Executor executor;
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private final ReentrantLock reading = new ReentrantLock(); // guards what was read ahead
    private @Nullable ByteBuffer ahead;
    private volatile @Nullable Client client;
    private volatile boolean inHand;
    private volatile boolean bodyTooSlow;
    private long bodyFailedNanos; // of who looks
    private volatile boolean writeBlocked;
    private volatile @Nullable Runnable gone;
    private volatile boolean goneWithMuch;

    ClientEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            Executor executor,
            Connections connections,
            ClientNetwork network,
            boolean trusted,
            ConnectionPace pace) {
        super(channel, selector, key, scheduler);
        this.executor = executor;
        this.connections = connections;
        this.network = network;
        this.trusted = trusted;
        this.pace = pace;
    }

    ClientNetwork network() {
        return network;
    }

    /** It is open, and one of this client's. */
    void enter(Client of) {
        client = of;
    }

    /** Whose it is. */
    Client client() {
        Client of = client;
        if (of == null) {
            throw new IllegalStateException("not open yet");
        }
        return of;
    }

    /** Whether a trusted proxy is at its other end. */
    boolean isTrusted() {
        return trusted;
    }

    ConnectionPace pace() {
        return pace;
    }

    /** A request is whole but for its body, and is being served. */
    void begin() {
        bodyTooSlow = false;
        requests.incrementAndGet();
        inHand = true;
    }

    /** Its answer is complete. */
    void end() {
        inHand = false;
    }

    /** What there is to see of it now. */
    ConnectionPace.Seen look() {
        boolean http = isHttp();
        return new ConnectionPace.Seen(
                requests.get(),
                inHand || !http,
                http && isAwaitingBody(),
                writeBlocked,
                bytesIn.get(),
                bytesOut.get());
    }

    /** Whether a request is in hand and more of its body is waited for at this moment. */
    boolean isAwaitingBody() {
        return inHand && getFillInterest().isInterested();
    }

    /** Whether there is no request that is whole. */
    boolean isUnfinished() {
        return isHttp() && (pace.isInHead() || isAwaitingBody());
    }

    boolean isIdle() {
        return !inHand;
    }

    /** Whether nothing would be lost with it but what the client has not sent whole. */
    boolean mayGo() {
        return isHttp() && (!inHand || isAwaitingBody());
    }

    private boolean isHttp() {
        return getConnection() instanceof ConnectionMetaData; // else a WebSocket
    }

    @Override
    public boolean bodyTooSlow() {
        return bodyTooSlow;
    }

    /**
     * Ends the wait for a body, if somebody waits for it, as when a connection is silent for too
     * long: the client can be told. Where somebody still waits for it some seconds later, the
     * connection is closed.
     *
     * @return whether it was the first time
     */
    boolean failBody(long nowNanos) {
        if (!isAwaitingBody()) {
            return false;
        }
        var late = new TimeoutException("the body came too slowly");
        if (bodyTooSlow) {
            if (nowNanos - bodyFailedNanos > TO_BE_TOLD_NANOS) {
                cutOff(late);
            }
            return false;
        }
        bodyFailedNanos = nowNanos;
        bodyTooSlow = true;
        elsewhere(() -> getConnection().onIdleExpired(late));
        return true;
    }

    /** Closes it, on another thread: what waits for it is told then, and may take its time. */
    void cutOff(Throwable why) {
        elsewhere(() -> close(why));
    }

    private void elsewhere(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            close(e); // the server is being stopped
        }
    }

    @Override
    public Span whenGone(Runnable run) {
        return watch(run, true);
    }

    @Override
    public Span whenClosed(Runnable run) {
        return watch(run, false);
    }

    private Span watch(Runnable run, boolean muchIsGone) {
        goneWithMuch = muchIsGone;
        gone = run;
        connections.watch(this);
        return () -> {
            gone = null;
            connections.watchNoLonger(this);
        };
    }

    /** Looks whether the client has closed its side, and says so to who wants to know. */
    void lookWhetherGone() {
        if (gone != null && isGone()) {
            tellGone();
        }
    }

    /** Says to who wants to know that the client is not there any more. */
    void tellGone() {
        Runnable told = gone;
        if (told != null) {
            gone = null;
            elsewhere(told);
        }
    }

    private boolean isGone() {
        if (!reading.tryLock()) {
            return false; // it is being read
        }
        try {
            if (!isOpen() || isInputShutdown()) {
                return true;
            }
            if (getFillInterest().isInterested()) {
                return false; // Jetty is told of what comes
            }
            ByteBuffer buffer = ahead == null ? ByteBuffer.allocate(AHEAD_BYTES) : ahead;
            int read = getChannel().read(buffer);
            if (buffer.position() > 0) {
                ahead = buffer;
            }
            return read < 0 || (goneWithMuch && !buffer.hasRemaining());
        } catch (IOException e) {
            return true; // reset
        } finally {
            reading.unlock();
        }
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        reading.lock();
        try {
            ByteBuffer from = ahead;
            int filled = from == null ? super.fill(buffer) : fillFrom(from, buffer);
            if (filled > 0) {
                bytesIn.addAndGet(filled);
            }
            return filled;
        } finally {
            reading.unlock();
        }
    }

    private int fillFrom(ByteBuffer from, ByteBuffer buffer) {
        from.flip();
        int position = BufferUtil.flipToFill(buffer);
        int filled = BufferUtil.put(from, buffer);
        BufferUtil.flipToFlush(buffer, position);
        if (from.hasRemaining()) {
            from.compact();
        } else {
            ahead = null;
        }
        notIdle();
        return filled;
    }

    @Override
    protected void needsFillInterest() {
        boolean there;
        reading.lock();
        try {
            there = ahead != null;
        } finally {
            reading.unlock();
        }
        if (there) {
            elsewhere(() -> getFillInterest().fillable());
        } else {
            super.needsFillInterest();
        }
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        long before = BufferUtil.remaining(buffers);
        boolean all = super.flush(buffers);
        bytesOut.addAndGet(before - BufferUtil.remaining(buffers));
        writeBlocked = !all;
        return all;
    }
}
