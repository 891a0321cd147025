package dev.sluice.chassis.http;

import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;

/**
 * The memory of an HTTP client of Jetty: what answers are read into belongs to one connection and
 * is never used again; all the rest is pooled.
 *
 * <p>Jetty's receiver of answers clears a buffer after it has given it back, where an answer turns
 * out to be bad amid its content. By then another answer may be read in it, and was lost.
 *
 * <p>Answers are read on the heap (the client's {@code useInputDirectByteBuffers} is off), TLS and
 * requests in direct memory: that tells them apart.
 */
public final class ReadBuffers implements ByteBufferPool {

    private static final int STEP_BYTES = 2_048;
    private static final int MAX_BYTES = 65_536;

    private final ByteBufferPool pooled;

    /**
     * None yet.
     *
     * @param maxOfASize how many of each size are kept
     */
    public ReadBuffers(int maxOfASize) {
        this.pooled = new ArrayByteBufferPool(0, STEP_BYTES, MAX_BYTES, maxOfASize);
    }

    @Override
    public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
        return (direct ? pooled : ByteBufferPool.NON_POOLING).acquire(size, direct);
    }

    @Override
    public void clear() {
        pooled.clear();
    }
}
