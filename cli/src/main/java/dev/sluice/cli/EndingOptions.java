package dev.sluice.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that choose requests by how they ended, alike in all commands that have them. */
final class EndingOptions {

    /** Of {@code --status}, up to what is meant without it: that is each command's own. */
    static final String STATUS =
            "That ended so: succeeded, failed, expired, pending, 503, 5xx, or a reason such"
                    + " as timeout";

    @Option(
            names = "--node",
            paramLabel = "ID",
            description = "Whose last attempt was at this node.")
    Optional<String> node = Optional.empty();

    @Option(
            names = "--path",
            paramLabel = "PREFIX",
            description = "Whose path, as the node gets it, begins so.")
    Optional<String> path = Optional.empty();
}
