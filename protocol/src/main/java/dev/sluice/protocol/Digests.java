package dev.sluice.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The first 128 bits of SHA-256, and how they are written. */
final class Digests {

    /** Of the text: two longs, in hexadecimal. */
    static final int TEXT_LENGTH = 32;

    private static final HexFormat HEX = HexFormat.of();
    private static final int LONG_DIGITS = 16;

    private Digests() {}

    /** Of lines of text, each with its end, and then of bytes. */
    static ByteBuffer of(byte[] bytes, String... lines) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (String line : lines) {
                digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return ByteBuffer.wrap(digest.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static String text(long high, long low) {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }

    static long high(String text) {
        return HexFormat.fromHexDigitsToLong(checked(text), 0, LONG_DIGITS);
    }

    static long low(String text) {
        return HexFormat.fromHexDigitsToLong(checked(text), LONG_DIGITS, TEXT_LENGTH);
    }

    private static String checked(String text) {
        if (text.length() != TEXT_LENGTH) {
            throw new IllegalArgumentException("not 128 bits: " + text);
        }
        return text;
    }
}
