package dev.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy to a port of this machine that behaves like a bad network, when told to.
 *
 * <p>Client and server must reach each other through it only: a broker advertises its own address,
 * so for Kafka set {@code advertised.listeners} to this port.
 */
public final class TcpProxy implements AutoCloseable {

    private static final int CHUNK_BYTES = 64 << 10;

    private final InetSocketAddress target;
    private final InetSocketAddress address; // with the port that was taken
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Object gate = new Object();
    private boolean paused;
    private volatile Duration latency = Duration.ZERO;
    private @Nullable Listener listener;

    private record Listener(ServerSocket socket, Thread thread) {}

    private TcpProxy(int targetPort, InetSocketAddress on) {
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        this.address = listen(on);
    }

    /** A proxy on a free port of loopback. */
    public static TcpProxy to(int targetPort) {
        return to(targetPort, InetAddress.getLoopbackAddress());
    }

    /** A proxy on a free port of another address of this machine: one that containers reach. */
    public static TcpProxy to(int targetPort, InetAddress address) {
        return to(targetPort, new InetSocketAddress(address, 0));
    }

    /** A proxy on this address and port of this machine. */
    public static TcpProxy to(int targetPort, InetSocketAddress on) {
        return new TcpProxy(targetPort, on);
    }

    public int port() {
        return address.getPort();
    }

    public int connections() {
        return sockets.size() / 2;
    }

    /** From now on, each chunk read (up to 64 KiB) is held for that long, in each direction. */
    public void latency(Duration oneWay) {
        latency = oneWay;
    }

    /** Connections stay and nothing passes, as when a cable is cut, until {@link #resume}. */
    public void pause() {
        synchronized (gate) {
            paused = true;
        }
    }

    public void resume() {
        synchronized (gate) {
            paused = false;
            gate.notifyAll();
        }
    }

    /** Ends all connections with a RST on both sides; new ones are taken. */
    public void resetAll() {
        sockets.forEach(TcpProxy::reset);
        sockets.clear();
    }

    /** Refuses new connections, until {@link #accept}; those there are stay. */
    public synchronized void refuse() {
        var open = listener;
        listener = null;
        if (open != null) {
            end(open);
        }
    }

    /** Takes new connections again, on the same port. */
    public synchronized void accept() {
        if (listener != null) {
            throw new IllegalStateException("accepts already");
        }
        listen(address);
    }

    @Override
    public void close() {
        refuse();
        resetAll();
        // Pumps that were paused find their sockets closed.
        resume();
    }

    private synchronized InetSocketAddress listen(InetSocketAddress on) {
        try {
            var opened = new ServerSocket();
            opened.setReuseAddress(true);
            opened.bind(on);
            var thread = Thread.ofVirtual().name("tcp-proxy").start(() -> acceptAll(opened));
            listener = new Listener(opened, thread);
            return new InetSocketAddress(on.getAddress(), opened.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void acceptAll(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                connect(from.accept());
            } catch (IOException e) {
                if (!from.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket client) {
        var server = new Socket();
        try {
            server.connect(target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        } catch (IOException e) {
            // The target refuses: so do we, as far as an accepted connection can.
            reset(client);
            return;
        }
        sockets.add(client);
        sockets.add(server);
        Thread.ofVirtual().start(() -> pump(client, server));
        Thread.ofVirtual().start(() -> pump(server, client));
    }

    private void pump(Socket from, Socket to) {
        var chunk = new byte[CHUNK_BYTES];
        try {
            var in = from.getInputStream();
            var out = to.getOutputStream();
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (!latency.isZero()) {
                    LockSupport.parkNanos(latency.toNanos());
                }
                awaitOpenGate();
                out.write(chunk, 0, n);
            }
            to.shutdownOutput();
            if (from.isOutputShutdown()) {
                // Both directions have ended.
                forget(from, to);
            }
        } catch (IOException e) {
            // One side is gone, so the other goes as hard.
            reset(to);
            reset(from);
            forget(from, to);
        }
    }

    private void awaitOpenGate() throws IOException {
        synchronized (gate) {
            while (paused) {
                try {
                    gate.wait();
                } catch (InterruptedException e) {
                    throw new IOException("interrupted", e);
                }
            }
        }
    }

    private void forget(Socket from, Socket to) throws UncheckedIOException {
        sockets.remove(from);
        sockets.remove(to);
        try {
            from.close();
            to.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void reset(Socket socket) {
        try {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        } catch (IOException e) {
            // Closed by the other pump in the same moment: that is what was wanted.
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void end(Listener listener) {
        try {
            listener.socket.close();
            // The port stays open until the thread that is in accept() has left it.
            listener.thread.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
