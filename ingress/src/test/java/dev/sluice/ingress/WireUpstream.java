package dev.sluice.ingress;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A service behind that says byte for byte what a test wants, and keeps what it was sent. */
final class WireUpstream implements AutoCloseable {

    /** What it does with one request; the connection is closed after it. */
    interface Script {
        void serve(Exchange exchange) throws IOException, InterruptedException;
    }

    /** One request, its header section read. */
    record Exchange(String head, InputStream in, OutputStream out, Socket socket) {

        void say(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /** Whether the other side has closed: blocks until it does or says something. */
        boolean closedByPeer() {
            try {
                return in.read() < 0;
            } catch (IOException e) {
                return true; // reset
            }
        }
    }

    private final ServerSocket server;
    private final Script script;
    private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();

    WireUpstream(Script script) throws IOException {
        this.script = script;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Answers everything with these bytes. */
    static WireUpstream saying(String response) throws IOException {
        return new WireUpstream(exchange -> exchange.say(response));
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** The header section of the next request, as it came. */
    String head() throws InterruptedException {
        String head = heads.poll(10, TimeUnit.SECONDS);
        if (head == null) {
            throw new AssertionError("no request came");
        }
        return head;
    }

    void forget() {
        heads.clear();
    }

    int waiting() {
        return heads.size();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            String head = readHead(in);
            if (!head.isEmpty()) {
                heads.add(head);
                script.serve(new Exchange(head, in, socket.getOutputStream(), socket));
            }
        } catch (IOException e) {
            // the other side went away, which tests do
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String readHead(InputStream in) throws IOException {
        var head = new StringBuilder();
        int b;
        while ((b = in.read()) >= 0) {
            head.append((char) b);
            if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                break;
            }
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
