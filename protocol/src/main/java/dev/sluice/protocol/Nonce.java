package dev.sluice.protocol;

import java.util.Optional;

/**
 * The random part of a request's id: 64 bits that nobody can guess, drawn before the append.
 *
 * <p>Written as 13 characters of Crockford's base 32 in lower case (crockford.com/base32.html).
 */
public record Nonce(long bits) {

    static final int LENGTH = 13;

    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

    @Override
    public String toString() {
        var text = new char[LENGTH];
        long rest = bits;
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) (rest & 31));
            rest >>>= 5;
        }
        return new String(text);
    }

    /** The nonce that this text is; exactly one text is accepted for each nonce. */
    public static Optional<Nonce> parse(String text) {
        // 13 digits carry 65 bits: the first may only be 0 to 15
        if (text.length() != LENGTH || DIGITS.indexOf(text.charAt(0)) > 15) {
            return Optional.empty();
        }
        long bits = 0;
        for (int i = 0; i < LENGTH; i++) {
            int digit = DIGITS.indexOf(text.charAt(i));
            if (digit < 0) {
                return Optional.empty();
            }
            bits = bits << 5 | digit;
        }
        return Optional.of(new Nonce(bits));
    }
}
