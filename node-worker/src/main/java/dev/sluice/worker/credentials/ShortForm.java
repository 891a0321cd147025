package dev.sluice.worker.credentials;

import java.util.Arrays;

/**
 * Finds the short form of a secret that providers print, such as {@code sk-ab****wxyz} or {@code
 * sk-...wxyz}: what it begins with, a filling of asterisks, dots or bullets, what it ends with.
 *
 * <p>Masked is a beginning and an end that together have six characters, an end of four, or a
 * beginning of ten: fewer stand there by chance.
 */
final class ShortForm {

    private static final int MIN_FILL_BYTES = 3;
    private static final int MIN_BOTH = 6;
    private static final int MIN_END = 4;
    private static final int MIN_BEGINNING = 10;
    private static final int BYTES = 256;
    // the first bytes in UTF-8 of … U+2026 and • U+2022
    private static final byte WIDE_1 = (byte) 0xe2;
    private static final byte WIDE_2 = (byte) 0x80;
    private static final byte ELLIPSIS_3 = (byte) 0xa6;
    private static final byte BULLET_3 = (byte) 0xa2;

    private final byte[] secret;
    private final int[][] places; // where in the secret each byte stands

    /**
     * For one secret.
     *
     * @param secret in lower case
     */
    ShortForm(byte[] secret) {
        this.secret = secret;
        this.places = new int[BYTES][];
        for (int i = 0; i < BYTES; i++) {
            places[i] = new int[0];
        }
        for (int i = 0; i < secret.length; i++) {
            int[] of = places[secret[i] & 0xff];
            of = Arrays.copyOf(of, of.length + 1);
            of[of.length - 1] = i;
            places[secret[i] & 0xff] = of;
        }
    }

    /** Whether a filling may begin with this byte. */
    static boolean isFill(byte b) {
        return b == '*' || b == '.' || b == WIDE_1;
    }

    /** Where the filling that begins here ends; here, if it is none. */
    static int endOfFill(byte[] text, int from) {
        int at = from;
        while (at < text.length) {
            if (text[at] == '*' || text[at] == '.') {
                at++;
            } else if (text[at] == WIDE_1
                    && at + 2 < text.length
                    && text[at + 1] == WIDE_2
                    && (text[at + 2] == ELLIPSIS_3 || text[at + 2] == BULLET_3)) {
                at += 3;
            } else {
                break;
            }
        }
        return at - from >= MIN_FILL_BYTES ? at : from;
    }

    /**
     * Looks at both sides of a filling.
     *
     * @param beginning how much of the secret's beginning stands right before it
     */
    void search(byte[] text, int from, int to, int beginning, Spans found) {
        int end = end(text, to);
        boolean both = beginning > 0 && end > 0 && beginning + end >= MIN_BOTH;
        if (both || end >= MIN_END || beginning >= MIN_BEGINNING) {
            found.add(from - beginning, to + end);
        }
    }

    /**
     * How much of the secret's end stands here, at the most. It reads no further than some part of
     * the secret goes on here, so that not much is read twice, however many fillings there are.
     */
    private int end(byte[] text, int at) {
        if (at >= text.length) {
            return 0;
        }
        int[] alive = places[Mask.lower(text[at]) & 0xff].clone(); // where in the secret we may be
        int count = alive.length;
        int longest = 0;
        for (int length = 1; count > 0; length++) {
            byte next = at + length < text.length ? Mask.lower(text[at + length]) : 0;
            int left = 0;
            for (int i = 0; i < count; i++) {
                int place = alive[i] + 1;
                if (place == secret.length) {
                    longest = length;
                } else if (secret[place] == next) {
                    alive[left++] = place;
                }
            }
            count = left;
        }
        return longest;
    }
}
