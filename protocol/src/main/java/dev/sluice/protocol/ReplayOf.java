package dev.sluice.protocol;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a replayed request says of where it came from.
 *
 * @param original the request that it was made from, which may itself be a replayed one
 * @param replay the name of the replay; within it each original is sent once
 */
public record ReplayOf(RequestId original, String replay) {

    /** What a replay may be called, for help and error messages. */
    public static final String NAME_RULE =
            "1 to 64 letters, digits, dots, hyphens and underscores, the first a letter or digit";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public ReplayOf {
        if (!isName(replay)) {
            throw new IllegalArgumentException("not the name of a replay: " + replay);
        }
    }

    /** Whether a replay may be called so. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Reads it from a record's headers; empty for a request that a client sent. */
    static Optional<ReplayOf> of(Optional<String> original, Optional<String> replay) {
        if (original.isEmpty() && replay.isEmpty()) {
            return Optional.empty();
        }
        RequestId id =
                original.flatMap(RequestId::parse)
                        .orElseThrow(() -> new IllegalArgumentException("a replay of nothing"));
        return Optional.of(new ReplayOf(id, replay.orElse("")));
    }
}
