package dev.sluice.worker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node that is a bare socket: it answers its first request with whatever bytes a test wants, and
 * all others as a polite one does.
 */
final class RawNode implements AutoCloseable {

    static final String POLITE = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npolite";

    /** What it does on the connection of the first request. */
    @FunctionalInterface
    interface Script {
        void run(Link link) throws Exception;
    }

    /** A connection, and what has been read of its first request. */
    static final class Link {
        final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Link(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        void send(String text) throws IOException {
            send(text.getBytes(ISO_8859_1));
        }

        void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /** Sends it again and again until the other side hangs up, or so many bytes are out. */
        void sendForEver(String text, long maxBytes) throws IOException {
            byte[] bytes = text.repeat(Math.max(1, 8_192 / text.length())).getBytes(ISO_8859_1);
            for (long sent = 0; sent < maxBytes; sent += bytes.length) {
                send(bytes);
            }
            throw new AssertionError("all of it was taken: " + maxBytes + " bytes");
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Reads so many bytes of the request's content. */
        void skip(long bytes) throws IOException {
            in.skipNBytes(bytes);
        }

        /** Waits until the other side hangs up. */
        void awaitEnd() {
            try {
                while (in.read() >= 0) {}
            } catch (IOException e) {
                // a reset is an end, too
            }
        }

        /** The head of the next request, its content read and dropped. */
        String request() throws IOException {
            String head = head();
            long length =
                    head.lines()
                            .filter(
                                    line ->
                                            line.toLowerCase(Locale.ROOT)
                                                    .startsWith("content-length:"))
                            .mapToLong(line -> Long.parseLong(line.substring(15).strip()))
                            .sum();
            in.skipNBytes(length);
            return head;
        }

        String head() throws IOException {
            var head = new ByteArrayOutputStream();
            byte[] end = {'\r', '\n', '\r', '\n'};
            while (true) {
                int b = in.read();
                if (b < 0) {
                    throw new EOFException();
                }
                head.write(b);
                if (b == '\n' && head.size() >= 4) {
                    byte[] all = head.toByteArray();
                    if (Arrays.equals(all, all.length - 4, all.length, end, 0, 4)) {
                        return head.toString(ISO_8859_1);
                    }
                }
            }
        }
    }

    private final ServerSocket server;
    private final Script first;
    private final boolean readsFirst;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Queue<String> heads = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    private RawNode(boolean readsFirst, Script first) throws IOException {
        this.readsFirst = readsFirst;
        this.first = first;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    /** Runs the script once the first request is read. */
    static RawNode answering(Script script) throws IOException {
        return new RawNode(true, script);
    }

    /** Runs the script as soon as the first connection is there. */
    static RawNode unasked(Script script) throws IOException {
        return new RawNode(false, script);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    int connections() {
        return connections.get();
    }

    /** Connections that neither side has closed. */
    int open() {
        return open.size();
    }

    /** The heads of all requests. */
    List<String> heads() {
        return List.copyOf(heads);
    }

    /** What went wrong with the scripts. */
    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                connections.incrementAndGet();
                open.add(socket);
                Thread.startVirtualThread(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var link = new Link(socket);
            if (!readsFirst && requests.getAndIncrement() == 0) {
                first.run(link);
            }
            while (true) {
                String head = readsFirst && requests.get() == 0 ? link.head() : link.request();
                heads.add(head);
                if (requests.getAndIncrement() == 0) {
                    first.run(link);
                } else {
                    link.send(POLITE);
                }
            }
        } catch (IOException e) {
            // the other side has hung up, or this node
        } catch (Exception | AssertionError e) {
            failures.add(e);
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
