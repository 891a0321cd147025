package dev.sluice.ingress.queue;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A path below {@code /queue/}, taken apart: the pool's name, and the target for the node.
 *
 * <p>The path stays as the client sent it, percent-encoding included, so that {@code %2F} reaches
 * the node as it is. Only dot segments are refused: behind a node's URL they would lead out of it.
 */
public sealed interface QueueTarget {

    /** The longest query and path together, in characters. */
    int MAX_LENGTH = 16 * 1024;

    /**
     * Where a request goes.
     *
     * @param pool as it stands in the path, not yet checked
     * @param target path and query for the node
     */
    record Good(String pool, String target) implements QueueTarget {}

    /** Not a path that a node may be sent. */
    record Bad(String why) implements QueueTarget {}

    String PREFIX = "/queue/";

    /**
     * Takes a request's path and query apart.
     *
     * @param path as sent, beginning with {@link #PREFIX}
     * @param query as sent, without the question mark
     */
    static QueueTarget parse(String path, @Nullable String query) {
        String rest = path.substring(PREFIX.length());
        int slash = rest.indexOf('/');
        String pool = slash < 0 ? rest : rest.substring(0, slash);
        return of(pool, slash < 0 ? "/" : rest.substring(slash), query);
    }

    /** A pool and the path and query behind it. */
    static QueueTarget of(String pool, String path, @Nullable String query) {
        String target = query == null ? path : path + "?" + query;
        if (target.length() > MAX_LENGTH) {
            return new Bad("path and query have more than " + MAX_LENGTH + " characters");
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                return new Bad("path and query must be percent-encoded ASCII (RFC 3986)");
            }
        }
        return hasDotSegments(path)
                ? new Bad("the path must not have dot segments ('.' and '..')")
                : new Good(pool, target);
    }

    /** Whether a path has a segment {@code .} or {@code ..}, however it is written. */
    static boolean hasDotSegments(String path) {
        for (String segment : path.split("/", -1)) {
            if (isDots(segment)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDots(String segment) {
        if (segment.isEmpty() || (segment.charAt(0) != '.' && segment.charAt(0) != '%')) {
            return false; // nearly all
        }
        int parameters = segment.indexOf(';');
        String name = parameters < 0 ? segment : segment.substring(0, parameters);
        String decoded = name.toLowerCase(Locale.ROOT).replace("%2e", ".");
        return decoded.equals(".") || decoded.equals("..");
    }
}
