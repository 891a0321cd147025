package dev.sluice.system.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One end of a TCP connection, byte by byte; texts are ISO 8859-1, a character a byte. */
final class Wire implements AutoCloseable {

    // a head of which more is read is kept by nobody
    private static final int MAX_HEAD_BYTES = 1 << 20;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private String head = "";

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** Connects to a port of this machine from one of its loopback addresses. */
    static Wire connect(int port, String from) throws IOException {
        var socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
            return new Wire(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    void send(String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    /** Sends one text again and again, so often or until the other end has enough. */
    void flood(String text, int times) throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        for (int i = 0; i < times; i++) {
            out.write(bytes);
        }
        out.flush();
    }

    /** Sends one text again and again for so long. */
    void flood(String text, Duration lasts) throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        long began = System.nanoTime();
        while (System.nanoTime() - began < lasts.toNanos()) {
            out.write(bytes);
        }
        out.flush();
    }

    /** Sends this, a byte each so long. */
    void drip(String text, Duration each) throws IOException {
        for (byte one : text.getBytes(ISO_8859_1)) {
            pause(each);
            out.write(one);
            out.flush();
        }
    }

    /** Does nothing for so long, or until the thread is interrupted. */
    void pause(Duration lasts) throws IOException {
        long until = System.nanoTime() + lasts.toNanos();
        while (until - System.nanoTime() > 0) {
            if (Thread.currentThread().isInterrupted()) {
                throw new IOException("the script is over");
            }
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }

    /** Reads a head up to its empty line, or what comes before the end. */
    String head() throws IOException {
        var read = new ByteArrayOutputStream();
        int state = 0; // of CR LF CR LF, how many
        while (state < 4) {
            int one = in.read();
            if (one < 0 || read.size() > MAX_HEAD_BYTES) {
                break;
            }
            read.write(one);
            state = one == (state % 2 == 0 ? '\r' : '\n') ? state + 1 : one == '\r' ? 1 : 0;
        }
        head = read.toString(ISO_8859_1);
        return head;
    }

    /** The head that was read last. */
    String lastHead() {
        return head;
    }

    /** Reads so many bytes, or those before the end. */
    String read(int bytes) throws IOException {
        return new String(in.readNBytes(bytes), ISO_8859_1);
    }

    /** Reads a line without its end. */
    String line() throws IOException {
        var read = new ByteArrayOutputStream();
        for (int one = in.read(); one >= 0 && one != '\n'; one = in.read()) {
            read.write(one);
        }
        return read.toString(ISO_8859_1).stripTrailing();
    }

    /** Reads all that comes until the other end closes. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    /** Whether the other end closes or resets within so long; what it still sends is dropped. */
    boolean endsWithin(Duration limit) {
        long until = System.nanoTime() + limit.toNanos();
        var dropped = new byte[8192];
        try {
            while (true) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                socket.setSoTimeout((int) left);
                if (in.read(dropped) < 0) {
                    return true;
                }
            }
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // a reset is an end, too
        }
    }

    /** Reads wait no longer than this. */
    void patience(Duration limit) throws IOException {
        socket.setSoTimeout((int) limit.toMillis());
    }

    /** How little is taken in at a time by one who reads slowly. */
    void receiveBuffer(int bytes) throws IOException {
        socket.setReceiveBufferSize(bytes);
    }

    /** Says that nothing more is sent, and goes on reading. */
    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends it with a RST. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
