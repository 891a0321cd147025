package dev.sluice.system.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A node on a raw socket: the first segment of a path names the script that answers it. It is
 * healthy, and answers what has no script politely: with the request's body, and with its target in
 * {@code X-Target}.
 *
 * <p>After a script its connection is closed, unless the script's name begins with {@code keep}.
 */
final class HostileNode implements AutoCloseable {

    private final ServerSocket server;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Map<String, List<String>> heads = new ConcurrentHashMap<>();
    private final Set<Thread> playing = ConcurrentHashMap.newKeySet();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    HostileNode() {
        try {
            server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("hostile-node").start(this::accept);
    }

    /** From now on a path that begins with this name is answered by this script. */
    void script(String name, Script script) {
        scripts.put(name, script);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** The heads of the requests that a script has answered. */
    List<String> heads(String script) {
        return heads.getOrDefault(script, List.of());
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().name("hostile-answer").start(() -> serve(socket));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        playing.add(Thread.currentThread());
        sockets.add(socket);
        try (var wire = new Wire(socket)) {
            boolean goesOn = true;
            while (goesOn && !closed) {
                goesOn = answer(wire);
            }
        } catch (IOException e) {
            // the other end has had enough of it: that is its right
        } finally {
            sockets.remove(socket);
            playing.remove(Thread.currentThread());
        }
    }

    private boolean answer(Wire wire) throws IOException {
        String head = wire.head();
        if (head.isEmpty()) {
            return false;
        }
        String name = head.replaceFirst("(?s)^\\S+ /*([^/? ]*).*", "$1");
        @Nullable Script script = scripts.get(name);
        if (script != null) {
            heads.computeIfAbsent(name, n -> new CopyOnWriteArrayList<>()).add(head);
            script.play(wire);
            return name.startsWith("keep") && !wire.isClosed();
        }
        String body = wire.read(contentLength(head));
        wire.send(
                "HTTP/1.1 200 OK\r\nX-Target: %s\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(head.split(" ", 3)[1], body.length(), body));
        return true;
    }

    /** What a request's head announces. */
    static int contentLength(String head) {
        return new Received(Received.CLOSED, head, "", false)
                .field("Content-Length")
                .map(Integer::valueOf)
                .orElse(0);
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        playing.forEach(Thread::interrupt);
    }
}
