package dev.sluice.protocol;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One attempt to have a node answer a request.
 *
 * @param node the node's id
 * @param startedAt when the request was written to the node
 * @param finishedAt when its answer was complete, or the attempt given up
 * @param result the HTTP status, or a word such as {@code timeout}
 */
public record Attempt(String node, Instant startedAt, Instant finishedAt, String result) {

    /** Of a longer history the first and the latest are kept, so that a record stays small. */
    public static final int MAX_KEPT = 20;

    /** The result of an attempt whose node never saw the request. */
    public static final String NO_CONNECTION = "no_connection";

    public Attempt {
        if (!NodeSpec.isId(node) || !isWord(result)) {
            throw new IllegalArgumentException("not an attempt: " + node + " " + result);
        }
    }

    /** Whether the node may have seen it: a connection was open and the request written to it. */
    public boolean wasSent() {
        return !result.equals(NO_CONNECTION);
    }

    static String encode(List<Attempt> attempts) {
        var lines = new StringBuilder();
        for (Attempt a : attempts) {
            lines.append(a.node)
                    .append(' ')
                    .append(Rfc3339.text(a.startedAt))
                    .append(' ')
                    .append(Rfc3339.text(a.finishedAt))
                    .append(' ')
                    .append(a.result)
                    .append('\n');
        }
        return lines.toString();
    }

    static List<Attempt> decode(String text) {
        var attempts = new ArrayList<Attempt>(1);
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            if (end < 0) {
                throw new IllegalArgumentException("not a list of attempts: " + text);
            }
            attempts.add(decode(text, start, end));
            start = end + 1;
        }
        return List.copyOf(attempts);
    }

    private static Attempt decode(String text, int start, int end) {
        int first = text.indexOf(' ', start);
        int second = first < 0 ? -1 : text.indexOf(' ', first + 1);
        int third = second < 0 ? -1 : text.indexOf(' ', second + 1);
        if (third < 0 || third > end) {
            throw new IllegalArgumentException("not an attempt: " + text.substring(start, end));
        }
        return new Attempt(
                text.substring(start, first),
                Rfc3339.parse(text.substring(first + 1, second)),
                Rfc3339.parse(text.substring(second + 1, third)),
                text.substring(third + 1, end));
    }

    private static boolean isWord(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean wordy =
                    (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
            if (!wordy) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
