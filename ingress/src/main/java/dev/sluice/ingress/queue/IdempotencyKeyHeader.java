package dev.sluice.ingress.queue;

import java.util.Optional;

/**
 * The {@code Idempotency-Key} field: 1 to 255 characters of printable ASCII.
 *
 * <p>The IETF's draft writes it as a quoted string (RFC 8941, section 3.3.3), most clients write it
 * bare; both mean the same key.
 */
public final class IdempotencyKeyHeader {

    /** What it must be, for error messages. */
    public static final String RULE =
            "1 to 255 characters of printable ASCII, bare or as a quoted string";

    private static final int MAX_LENGTH = 255;

    private IdempotencyKeyHeader() {}

    /** The key without its quotes; empty when the text is none. */
    public static Optional<String> parse(String value) {
        String text = value.strip();
        Optional<String> key = text.startsWith("\"") ? unquote(text) : Optional.of(text);
        return key.filter(IdempotencyKeyHeader::isKey);
    }

    private static Optional<String> unquote(String text) {
        var key = new StringBuilder();
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i == text.length() - 1 ? Optional.of(key.toString()) : Optional.empty();
            }
            if (c == '\\') {
                i++;
                if (i == text.length() || (text.charAt(i) != '"' && text.charAt(i) != '\\')) {
                    return Optional.empty();
                }
                c = text.charAt(i);
            }
            key.append(c);
        }
        return Optional.empty();
    }

    private static boolean isKey(String text) {
        return !text.isBlank()
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }
}
