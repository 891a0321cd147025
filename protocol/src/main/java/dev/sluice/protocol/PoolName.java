package dev.sluice.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a pool of nodes: 1 to 40 lower-case letters, digits and inner hyphens.
 *
 * <p>It becomes part of topic names and request ids, hence neither dots nor underscores.
 */
public record PoolName(@JsonValue String value) implements Comparable<PoolName> {

    /** What a pool name must look like, for error messages. */
    public static final String RULE =
            "1 to 40 lower-case letters, digits and hyphens, with a letter or digit at both ends";

    // before DEFAULT, which is checked by it
    private static final Pattern PATTERN = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?");

    public static final PoolName DEFAULT = new PoolName("default");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public PoolName {
        if (!PATTERN.matcher(value).matches()) {
            throw new IllegalArgumentException("not a pool name (" + RULE + "): " + value);
        }
    }

    /** The pool name that this text is, if it is one. */
    public static Optional<PoolName> parse(String text) {
        return PATTERN.matcher(text).matches() ? Optional.of(new PoolName(text)) : Optional.empty();
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
