package dev.sluice.protocol;

import java.nio.ByteBuffer;

/**
 * What tells two requests under one idempotency key apart: 128 bits of the SHA-256 of method,
 * target, content type and body.
 *
 * <p>Priority, deadline and other fields may differ when a client sends again.
 */
public record Fingerprint(long high, long low) {

    public static Fingerprint of(RequestEvent event) {
        ByteBuffer digest =
                Digests.of(
                        event.body().bytes(),
                        event.method(),
                        event.target(),
                        event.contentType().orElse(""));
        return new Fingerprint(digest.getLong(), digest.getLong());
    }

    static Fingerprint parse(String text) {
        return new Fingerprint(Digests.high(text), Digests.low(text));
    }

    @Override
    public String toString() {
        return Digests.text(high, low);
    }
}
