package dev.sluice.worker.credentials;

/**
 * Reads a text character by character, with what is percent-encoded or escaped as in JSON taken for
 * what it stands for.
 */
final class Unescaped {

    private static final int UNICODE_DIGITS = 4;

    private final byte[] text;
    private int start;
    private int end;
    private int literalsUntil; // backslashes that stand for themselves
    private byte value;

    Unescaped(byte[] text) {
        this.text = text;
    }

    /** Goes on to the next character, if there is one. */
    boolean next() {
        start = end;
        if (start >= text.length) {
            return false;
        }
        byte b = text[start];
        if (b == '%' && hex(start + 1, 2) >= 0) {
            become((byte) hex(start + 1, 2), start + 3);
        } else if (b == '\\' && start >= literalsUntil) {
            escaped();
        } else if (b == '\\') {
            become(b, Math.min(start + 2, literalsUntil)); // JSON writes it as two
        } else {
            become(b, start + 1);
        }
        return true;
    }

    /** Several backslashes are those of JSON within JSON. */
    private void escaped() {
        int after = start;
        while (after < text.length && text[after] == '\\') {
            after++;
        }
        int unit = after < text.length && text[after] == 'u' ? hex(after + 1, UNICODE_DIGITS) : -1;
        if (unit >= 0) {
            become(unit < 0x80 ? (byte) unit : 0, after + 1 + UNICODE_DIGITS);
        } else if (after < text.length && (text[after] == '/' || text[after] == '"')) {
            become(text[after], after + 1);
        } else {
            literalsUntil = after;
            become((byte) '\\', Math.min(start + 2, literalsUntil));
        }
    }

    private void become(byte newValue, int newEnd) {
        value = newValue;
        end = newEnd;
    }

    private int hex(int from, int digits) {
        if (from + digits > text.length) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = Character.digit(text[i], 16);
            if (digit < 0) {
                return -1;
            }
            number = 16 * number + digit;
        }
        return number;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    byte value() {
        return value;
    }
}
