package dev.sluice.stats.services;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server that answers in one of the ways in which servers should not. */
final class Misbehaving implements AutoCloseable {

    /** What it does with a connection; it may end by an exception when the other side leaves. */
    interface Manner {
        void answer(OutputStream out, CountDownLatch closed)
                throws IOException, InterruptedException;
    }

    private static final byte[] OK =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    Misbehaving(Manner manner) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> serve(manner));
    }

    /** A body or a header as it is written, for a status line and fields of one's own. */
    static Manner says(String response) {
        return (out, closed) -> out.write(response.getBytes(StandardCharsets.US_ASCII));
    }

    static Manner silent() {
        return (out, closed) -> closed.await();
    }

    static Manner dripsItsBody() {
        return (out, closed) -> {
            out.write(OK);
            out.write("Content-Length: 100000\r\n\r\n{".getBytes(StandardCharsets.US_ASCII));
            drip(out, closed, " ");
        };
    }

    static Manner dripsItsHeaders() {
        return (out, closed) -> {
            out.write(OK);
            drip(out, closed, "X-More: of it\r\n");
        };
    }

    static Manner headersWithoutEnd() {
        return (out, closed) -> {
            out.write(OK);
            byte[] field =
                    ("X-More: " + "x".repeat(1_000) + "\r\n").getBytes(StandardCharsets.UTF_8);
            while (closed.getCount() > 0) {
                out.write(field);
            }
        };
    }

    static Manner hugeBody() {
        return (out, closed) -> {
            out.write(OK);
            out.write("Content-Length: 100000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] megabyte = "[1],".repeat(250_000).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 100; i++) {
                out.write(megabyte);
            }
        };
    }

    static Manner stopsInItsBody() {
        return (out, closed) -> {
            out.write(OK);
            out.write("Content-Length: 100\r\n\r\n{\"a\":".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            closed.await();
        };
    }

    /** Those that came so far, and have not left amid an answer. */
    int connections() {
        return sockets.size();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    private static void drip(OutputStream out, CountDownLatch closed, String drop)
            throws IOException, InterruptedException {
        while (!closed.await(100, TimeUnit.MILLISECONDS)) {
            out.write(drop.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    private void serve(Manner manner) {
        while (closed.getCount() > 0) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket, manner));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket, Manner manner) {
        try (socket) {
            var in = socket.getInputStream();
            var request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                request.append((char) next);
            }
            manner.answer(socket.getOutputStream(), closed);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            sockets.remove(socket); // the other side left, as it should
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
