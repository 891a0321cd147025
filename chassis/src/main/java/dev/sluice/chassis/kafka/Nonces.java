package dev.sluice.chassis.kafka;

import dev.sluice.protocol.Nonce;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.SecureRandom;

/** Draws nonces that nobody can guess, many at a time: a system call for each would cost. */
public final class Nonces {

    private static final int AT_ONCE = 512;

    private final SecureRandom random = new SecureRandom();
    private LongBuffer drawn = LongBuffer.allocate(0);

    public synchronized Nonce next() {
        if (!drawn.hasRemaining()) {
            var bytes = new byte[AT_ONCE * Long.BYTES];
            random.nextBytes(bytes);
            drawn = ByteBuffer.wrap(bytes).asLongBuffer();
        }
        return new Nonce(drawn.get());
    }
}
