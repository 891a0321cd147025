package dev.sluice.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/**
 * The name of a pool of nodes: 1 to 40 lower-case letters, digits and inner hyphens.
 *
 * <p>It becomes part of topic names and request ids, hence neither dots nor underscores.
 */
public record PoolName(@JsonValue String value) implements Comparable<PoolName> {

    /** What a pool name must look like, for error messages. */
    public static final String RULE =
            "1 to 40 lower-case letters, digits and hyphens, with a letter or digit at both ends";

    private static final int MAX_LENGTH = 40;

    public static final PoolName DEFAULT = new PoolName("default");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public PoolName {
        if (!isName(value)) {
            throw new IllegalArgumentException("not a pool name (" + RULE + "): " + value);
        }
    }

    /** The pool name that this text is, if it is one. */
    public static Optional<PoolName> parse(String text) {
        return isName(text) ? Optional.of(new PoolName(text)) : Optional.empty();
    }

    /** By hand: each record that is read has such a name, and a pattern takes ten times as long. */
    private static boolean isName(String text) {
        int length = text.length();
        if (length == 0
                || length > MAX_LENGTH
                || text.charAt(0) == '-'
                || text.charAt(length - 1) == '-') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(PoolName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
