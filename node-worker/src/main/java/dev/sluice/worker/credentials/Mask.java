package dev.sluice.worker.credentials;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Puts asterisks over a secret in what a node says, for some nodes repeat what they were sent, and
 * what they say is recorded. Lengths stay.
 */
public final class Mask {

    /** Masks nothing. */
    public static final Mask NONE = new Mask("");

    // a shorter text stands anywhere by chance, and would spoil answers
    private static final int MIN_CHARS = 8;

    private final String secret;
    private final byte[] bytes;

    private Mask(String secret) {
        this.secret = secret;
        this.bytes = secret.getBytes(StandardCharsets.US_ASCII);
    }

    /** A mask over the secret of this credential, if it is long enough to be told apart. */
    public static Mask of(Credential credential) {
        String secret = credential.secret();
        return secret.length() < MIN_CHARS ? NONE : new Mask(secret);
    }

    /** A text of the node without the secret. */
    public String over(String text) {
        return bytes.length == 0 ? text : text.replace(secret, "*".repeat(secret.length()));
    }

    /** Masks it in place. */
    public void over(byte[] content) {
        if (bytes.length == 0) {
            return;
        }
        for (int at = 0; at <= content.length - bytes.length; at++) {
            if (content[at] == bytes[0]
                    && Arrays.equals(content, at, at + bytes.length, bytes, 0, bytes.length)) {
                Arrays.fill(content, at, at + bytes.length, (byte) '*');
            }
        }
    }
}
