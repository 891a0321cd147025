package dev.sluice.protocol;

import java.util.Optional;

/**
 * A committed checkpoint of one partition of a requests topic.
 *
 * @param next every request below is done; the group offset
 * @param from how far the results partition had been read when this was known; stands in the
 *     offset's metadata
 */
public record Checkpoint(long next, long from) {

    private static final String PREFIX = "from=";

    public Checkpoint {
        if (next < 0 || from < 0) {
            throw new IllegalArgumentException("offset below 0");
        }
    }

    /** The metadata text that is committed with the offset. */
    public String metadata() {
        return PREFIX + from;
    }

    /** The checkpoint of a committed offset; empty when the metadata is not ours. */
    public static Optional<Checkpoint> parse(long next, String metadata) {
        if (next < 0 || !metadata.matches(PREFIX + "[0-9]{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(
                new Checkpoint(next, Long.parseLong(metadata.substring(PREFIX.length()))));
    }
}
