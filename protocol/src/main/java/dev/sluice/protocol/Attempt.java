package dev.sluice.protocol;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

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

    private static final Pattern WORD = Pattern.compile("[a-z0-9_-]+");

    public Attempt {
        if (!NodeSpec.isId(node) || !WORD.matcher(result).matches()) {
            throw new IllegalArgumentException("not an attempt: " + node + " " + result);
        }
    }

    static String encode(List<Attempt> attempts) {
        var lines = new StringBuilder();
        for (Attempt a : attempts) {
            lines.append(a.node)
                    .append(' ')
                    .append(a.startedAt)
                    .append(' ')
                    .append(a.finishedAt)
                    .append(' ')
                    .append(a.result)
                    .append('\n');
        }
        return lines.toString();
    }

    static List<Attempt> decode(String text) {
        var attempts = new ArrayList<Attempt>();
        text.lines()
                .forEach(
                        line -> {
                            String[] parts = line.split(" ", -1);
                            if (parts.length != 4) {
                                throw new IllegalArgumentException("not an attempt: " + line);
                            }
                            attempts.add(
                                    new Attempt(
                                            parts[0],
                                            Instant.parse(parts[1]),
                                            Instant.parse(parts[2]),
                                            parts[3]));
                        });
        return List.copyOf(attempts);
    }
}
