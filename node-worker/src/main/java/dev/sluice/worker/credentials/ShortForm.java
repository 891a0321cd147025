package dev.sluice.worker.credentials;

import java.util.Arrays;

/**
 * Finds the short form of a secret that providers print, such as {@code sk-ab****wxyz} or {@code
 * sk-...wxyz}: what it begins with, a filling of asterisks, dots or bullets, what it ends with. The
 * filling may be escaped as in JSON.
 *
 * <p>Masked is a beginning and an end that together have six characters, or a beginning of ten:
 * fewer stand there by chance. So do ends that are words: one alone is masked if it has six
 * characters, or four with a digit among them, and is followed by no letter and no digit.
 */
final class ShortForm {

    private static final int MIN_FILL_BYTES = 3;
    private static final int MIN_BOTH = 6;
    private static final int MIN_END = 6;
    private static final int MIN_END_WITH_DIGIT = 4;
    private static final int MIN_BEGINNING = 10;
    private static final int BYTES = 256;
    private static final int[] NOWHERE = {};
    // the first bytes in UTF-8 of … U+2026 and • U+2022
    private static final byte WIDE_1 = (byte) 0xe2;
    private static final byte WIDE_2 = (byte) 0x80;
    private static final byte ELLIPSIS_3 = (byte) 0xa6;
    private static final byte BULLET_3 = (byte) 0xa2;
    private static final String ESCAPED_ELLIPSIS = "u2026";
    private static final String ESCAPED_BULLET = "u2022";
    // JSON within JSON has two, and so on; a bound, or runs of them would be read again and again
    private static final int MAX_BACKSLASHES = 8;

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
        Arrays.fill(places, NOWHERE);
        for (int i = 0; i < secret.length; i++) {
            int[] of = places[secret[i] & 0xff];
            of = Arrays.copyOf(of, of.length + 1);
            of[of.length - 1] = i;
            places[secret[i] & 0xff] = of;
        }
    }

    /** Whether a filling may begin with this byte. */
    static boolean isFill(byte b) {
        return b == '*' || b == '.' || b == WIDE_1 || b == '\\';
    }

    /** Where the filling that begins here ends; here, if it is none. */
    static int endOfFill(byte[] text, int from) {
        int at = from;
        for (int next = afterOne(text, at); next > at; next = afterOne(text, at)) {
            at = next;
        }
        return at - from >= MIN_FILL_BYTES ? at : from;
    }

    /** Behind the one character of a filling that stands here; here, if none does. */
    private static int afterOne(byte[] text, int at) {
        if (at >= text.length) {
            return at;
        }
        return switch (text[at]) {
            case '*', '.' -> at + 1;
            case WIDE_1 -> isWide(text, at) ? at + 3 : at;
            case '\\' -> afterEscaped(text, at);
            default -> at;
        };
    }

    private static boolean isWide(byte[] text, int at) {
        return at + 2 < text.length
                && text[at + 1] == WIDE_2
                && (text[at + 2] == ELLIPSIS_3 || text[at + 2] == BULLET_3);
    }

    private static int afterEscaped(byte[] text, int at) {
        int unit = at;
        while (unit < text.length && text[unit] == '\\' && unit - at < MAX_BACKSLASHES) {
            unit++;
        }
        boolean fill = stands(ESCAPED_ELLIPSIS, text, unit) || stands(ESCAPED_BULLET, text, unit);
        return fill ? unit + ESCAPED_ELLIPSIS.length() : at;
    }

    private static boolean stands(String ascii, byte[] text, int at) {
        if (at + ascii.length() > text.length) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (text[at + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Looks at both sides of a filling.
     *
     * @param beginning how much of the secret's beginning stands right before it
     */
    void search(byte[] text, int from, int to, int beginning, Spans found) {
        int end = end(text, to);
        boolean both = beginning > 0 && end > 0 && beginning + end >= MIN_BOTH;
        if (both || beginning >= MIN_BEGINNING || (isTelling(end) && isOver(text, to + end))) {
            found.add(from - beginning, to + end);
        }
    }

    /** Whether an end of this length is none that stands there by chance. */
    private boolean isTelling(int end) {
        if (end < MIN_END_WITH_DIGIT || end >= MIN_END) {
            return end >= MIN_END;
        }
        for (int i = secret.length - end; i < secret.length; i++) {
            if (secret[i] >= '0' && secret[i] <= '9') {
                return true;
            }
        }
        return false;
    }

    /** Whether what stands before is no part of a longer word. */
    private static boolean isOver(byte[] text, int at) {
        if (at >= text.length) {
            return true;
        }
        byte b = Mask.lower(text[at]);
        boolean digit = b >= '0' && b <= '9';
        return !digit && (b < 'a' || b > 'z');
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
