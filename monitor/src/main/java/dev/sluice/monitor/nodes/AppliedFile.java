package dev.sluice.monitor.nodes;

import java.time.Instant;

/**
 * Which nodes file was applied last; a note in the nodes topic.
 *
 * @param digest see {@link NodesFile.Valid}
 */
public record AppliedFile(String digest, Instant appliedAt) {

    /** The note's key; no node id begins like this. */
    public static final String KEY = "#file";
}
