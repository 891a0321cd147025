package dev.sluice.ingress;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client that says byte for byte what a test wants. */
final class Wire implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    Wire(IngressService ingress) throws IOException {
        this(ingress, "127.0.0.1");
    }

    /** From another address of loopback. */
    Wire(IngressService ingress, String from) throws IOException {
        this.socket =
                new Socket(
                        InetAddress.getLoopbackAddress(),
                        URI.create(ingress.url()).getPort(),
                        InetAddress.ofLiteral(from),
                        0);
        socket.setSoTimeout(15_000);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends, and reads all that comes until the server closes. */
    static String exchange(IngressService ingress, String text) throws IOException {
        try (var wire = new Wire(ingress)) {
            wire.say(text);
            return wire.rest();
        }
    }

    void say(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    void sayZeros(long bytes) {
        var zeros = new byte[64 * 1024];
        try {
            for (long left = bytes; left > 0; left -= zeros.length) {
                socket.getOutputStream().write(zeros, 0, (int) Math.min(left, zeros.length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads so many bytes and forgets them. */
    long skip(long bytes) throws IOException {
        in.skipNBytes(bytes);
        return bytes;
    }

    String head() throws IOException {
        return WireUpstream.readHead(in);
    }

    String read(int bytes) throws IOException {
        return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Whether something has come back. */
    boolean hasAnswer() throws IOException {
        return in.available() > 0;
    }

    /** Says that nothing more follows. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
