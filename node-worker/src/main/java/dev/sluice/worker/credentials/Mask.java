package dev.sluice.worker.credentials;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts asterisks over a secret in what a node says, for some nodes repeat what they were sent, and
 * what they say is recorded. Lengths always stay.
 *
 * <p>Found are, in upper and lower case: the secret as it is; with any of its characters
 * percent-encoded or escaped as in JSON, also in JSON within JSON; and the short form that
 * providers print, a beginning and an end with asterisks, dots or bullets between ({@link
 * ShortForm}). Not found are compressed content, Base64, and other encodings.
 *
 * <p>It takes time in proportion to the text, whatever stands there: both ways through it are those
 * of Knuth, Morris and Pratt.
 */
public final class Mask {

    /** Masks nothing. */
    public static final Mask NONE = new Mask("");

    // a shorter text stands anywhere by chance, and would spoil answers
    private static final int MIN_CHARS = 8;
    private static final byte ASTERISK = '*';

    private final byte[] secret; // in lower case
    private final int[] fallback; // how much of the secret still matches after a mismatch
    private final ShortForm shortForm;

    private Mask(String secret) {
        this.secret = secret.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < this.secret.length; i++) {
            this.secret[i] = lower(this.secret[i]);
        }
        this.fallback = fallback(this.secret);
        this.shortForm = new ShortForm(this.secret);
    }

    /** A mask over this secret, if it is long enough to be told apart. */
    static Mask of(String secret) {
        return secret.length() < MIN_CHARS ? NONE : new Mask(secret);
    }

    /** A text of the node without the secret. */
    public String over(String text) {
        if (secret.length == 0) {
            return text;
        }
        var bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = text.charAt(i);
            bytes[i] = c < 0x100 ? (byte) c : 0;
        }
        if (!masked(bytes)) {
            return text;
        }
        char[] chars = text.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            chars[i] = bytes[i] == ASTERISK ? '*' : chars[i];
        }
        return new String(chars);
    }

    /** Masks it in place. */
    public void over(byte[] content) {
        if (secret.length > 0) {
            var _ = masked(content);
        }
    }

    private boolean masked(byte[] content) {
        var found = new Spans();
        if (searchPlain(content, found)) {
            searchEscaped(content, found);
        }
        for (int i = 0; i < found.count(); i++) {
            Arrays.fill(content, found.from(i), found.to(i), ASTERISK);
        }
        return found.count() > 0;
    }

    /** Whether anything in it may be escaped. */
    private boolean searchPlain(byte[] content, Spans found) {
        boolean escapes = false;
        int matched = 0;
        int filledUntil = 0;
        for (int at = 0; at < content.length; at++) {
            byte b = lower(content[at]);
            if (ShortForm.isFill(b) && at >= filledUntil) {
                filledUntil = ShortForm.endOfFill(content, at);
                if (filledUntil > at) {
                    shortForm.search(content, at, filledUntil, matched, found);
                }
            }
            escapes |= b == '%' || b == '\\';
            matched = step(matched, b);
            if (matched == secret.length) {
                found.add(at + 1 - secret.length, at + 1);
                matched = fallback[matched];
            }
        }
        return escapes;
    }

    private void searchEscaped(byte[] content, Spans found) {
        var starts = new int[secret.length]; // of the latest characters, the oldest overwritten
        int read = 0;
        int matched = 0;
        var reader = new Unescaped(content);
        while (reader.next()) {
            starts[read++ % starts.length] = reader.start();
            matched = step(matched, lower(reader.value()));
            if (matched == secret.length) {
                found.add(starts[read % starts.length], reader.end());
                matched = fallback[matched];
            }
            if (read == 2 * starts.length) {
                read = starts.length;
            }
        }
    }

    /** How much of the secret matches with one byte more. */
    private int step(int matched, byte lower) {
        int now = matched;
        while (now > 0 && secret[now] != lower) {
            now = fallback[now];
        }
        return secret[now] == lower ? now + 1 : now;
    }

    private static int[] fallback(byte[] secret) {
        var fallback = new int[secret.length + 1];
        int matched = 0;
        for (int i = 1; i < secret.length; i++) {
            while (matched > 0 && secret[i] != secret[matched]) {
                matched = fallback[matched];
            }
            if (secret[i] == secret[matched]) {
                matched++;
            }
            fallback[i + 1] = matched;
        }
        return fallback;
    }

    /** Masks are the same that mask the same. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Mask mask && Arrays.equals(secret, mask.secret);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(secret);
    }

    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
    }
}
