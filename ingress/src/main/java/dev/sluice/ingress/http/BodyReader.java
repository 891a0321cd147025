package dev.sluice.ingress.http;

import dev.sluice.chassis.http.ProblemException;
import dev.sluice.protocol.Body;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads request bodies, each to a bound, and all at one time to another: a body counts from its
 * first byte until it is in the log.
 */
final class BodyReader {

    private static final Logger log = LoggerFactory.getLogger(BodyReader.class);

    // most bodies fit, and a client that announces much and sends nothing holds no more
    private static final int FIRST_BYTES = 64 * 1024;

    private final int maxBytes;
    private final long maxBytesAtOnce;
    private final AtomicLong held = new AtomicLong();

    /** A body in memory, which counts until it is closed. */
    final class Held implements AutoCloseable {

        private Body body = Body.EMPTY;
        private long bytes;

        Body body() {
            return body;
        }

        private void grow(long more) {
            if (held.addAndGet(more) > maxBytesAtOnce) {
                held.addAndGet(-more);
                throw Problems.busy();
            }
            bytes += more;
        }

        @Override
        public void close() {
            held.addAndGet(-bytes);
            bytes = 0;
        }
    }

    BodyReader(int maxBytes, long maxBytesAtOnce) {
        this.maxBytes = maxBytes;
        this.maxBytesAtOnce = maxBytesAtOnce;
    }

    long heldBytes() {
        return held.get();
    }

    /** Refuses by its announced length what need not be read. */
    void check(HttpServletRequest request) {
        if (request.getContentLengthLong() > maxBytes) {
            throw tooLarge(request);
        }
    }

    /** Reads a body to its end, whether its length was announced or not. */
    Held read(HttpServletRequest request) throws IOException {
        long announced = request.getContentLengthLong();
        var holder = new Held();
        if (announced == 0) {
            return holder;
        }
        try {
            holder.body = read(request, announced, holder);
            return holder;
        } catch (IOException | RuntimeException e) {
            holder.close();
            throw e;
        }
    }

    private Body read(HttpServletRequest request, long announced, Held holder) throws IOException {
        InputStream in = request.getInputStream();
        int bound = announced < 0 ? maxBytes : (int) announced;
        int first = Math.min(bound, FIRST_BYTES);
        holder.grow(first);
        var bytes = new byte[first];
        int size = 0;
        while (true) {
            size += in.readNBytes(bytes, size, bytes.length - size);
            if (size < bytes.length) {
                return Body.of(Arrays.copyOf(bytes, size));
            }
            if (size == bound) {
                if (announced < 0 && in.read() >= 0) {
                    throw tooLarge(request);
                }
                return Body.of(bytes);
            }
            int larger = (int) Math.min(bound, 2L * bytes.length);
            holder.grow(larger - bytes.length);
            bytes = Arrays.copyOf(bytes, larger);
        }
    }

    /**
     * The refusal of a body; before it, a little of what the client is still sending is read, for a
     * client that is cut off while it writes may never see the answer.
     */
    private ProblemException tooLarge(HttpServletRequest request) {
        if (request.getHeader("Expect") == null) {
            try {
                request.getInputStream().skip(maxBytes);
            } catch (IOException e) {
                log.debug("a client left before it was told that its body is too large", e);
            }
        }
        return Problems.bodyTooLarge(maxBytes, "lb.max-body-bytes");
    }
}
