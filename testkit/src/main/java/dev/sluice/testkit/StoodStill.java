package dev.sluice.testkit;

import java.util.regex.Pattern;

/**
 * The warnings of a worker that stood still for longer than its session in the group lasts, as any
 * process may on a busy machine: for tests that want a log without any other.
 */
public final class StoodStill {

    private static final Pattern WARNING =
            Pattern.compile(
                    ".* WARN .*(has lost shards \\["
                            + "|results wait for the log: "
                            + "|shards \\[[0-9, ]*] wait for the broker: ).*");

    private StoodStill() {}

    /** Whether this line of a log is one of them. */
    public static boolean says(String line) {
        return WARNING.matcher(line).matches();
    }
}
