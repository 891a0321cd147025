package dev.sluice.ingress.http;

import dev.sluice.chassis.http.ProblemException;
import dev.sluice.chassis.http.connections.ClientConnection;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Body;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads request bodies, each to a bound of bytes and of time. A body takes memory as it comes, from
 * its first byte until it is in the log; what is announced and does not come takes none.
 */
final class BodyReader {

    /**
     * The bounds of one body.
     *
     * @param maxNanos from when it is first read to its end
     */
    record Bounds(int maxBytes, long maxNanos) {}

    private static final Logger log = LoggerFactory.getLogger(BodyReader.class);

    // most bodies fit; a client that announces much and sends nothing holds no more
    private static final int FIRST_BYTES = 8 * 1024;

    private final Bounds bounds;
    private final BodyMemory memory;
    private final NanoClock nanos;

    /** A body and its memory, which is given back when it is closed. */
    record Held(Body body, BodyMemory.Held memory) implements AutoCloseable {

        @Override
        public void close() {
            memory.close();
        }
    }

    BodyReader(Bounds bounds, BodyMemory memory, NanoClock nanos) {
        this.bounds = bounds;
        this.memory = memory;
        this.nanos = nanos;
    }

    /** Refuses what need not be read: by its announced length, or for want of memory. */
    void check(HttpServletRequest request) {
        memory.check();
        if (request.getContentLengthLong() > bounds.maxBytes()) {
            throw tooLarge(request);
        }
    }

    /** Reads a body to its end, whether its length was announced or not. */
    Held read(HttpServletRequest request) throws IOException {
        long announced = request.getContentLengthLong();
        var held = memory.of(ClientConnection.clientOf(request));
        if (announced == 0) {
            return new Held(Body.EMPTY, held);
        }
        try {
            return new Held(read(request, announced, held), held);
        } catch (IOException e) {
            held.close();
            if (ClientConnection.of(request).filter(ClientConnection::bodyTooSlow).isPresent()) {
                throw Problems.bodyTooSlow();
            }
            throw e;
        } catch (RuntimeException e) {
            held.close();
            throw e;
        }
    }

    private Body read(HttpServletRequest request, long announced, BodyMemory.Held held)
            throws IOException {
        InputStream in = request.getInputStream();
        long until = nanos.nanoTime() + bounds.maxNanos();
        int bound = announced < 0 ? bounds.maxBytes() : (int) announced;
        int first = Math.min(bound, FIRST_BYTES);
        grow(held, first);
        var bytes = new byte[first];
        int size = 0;
        while (true) {
            int read = in.read(bytes, size, bytes.length - size);
            if (read < 0) {
                return Body.of(Arrays.copyOf(bytes, size));
            }
            size += read;
            if (size == bound) {
                if (announced < 0 && in.read() >= 0) {
                    throw tooLarge(request);
                }
                return Body.of(bytes);
            }
            if (size == bytes.length) {
                int larger = (int) Math.min(bound, 2L * bytes.length);
                grow(held, larger - bytes.length);
                bytes = Arrays.copyOf(bytes, larger);
            }
            if (nanos.nanoTime() - until > 0) {
                throw Problems.bodyTooSlow();
            }
        }
    }

    private static void grow(BodyMemory.Held held, long more) {
        if (!held.grow(more)) {
            throw Problems.busy();
        }
    }

    /**
     * The refusal of a body; before it, a little of what the client is still sending is read, for a
     * client that is cut off while it writes may never see the answer.
     */
    private ProblemException tooLarge(HttpServletRequest request) {
        if (request.getHeader("Expect") == null) {
            try {
                request.getInputStream().skip(bounds.maxBytes());
            } catch (IOException e) {
                log.debug("a client left before it was told that its body is too large", e);
            }
        }
        return Problems.bodyTooLarge(bounds.maxBytes(), "lb.max-body-bytes");
    }
}
