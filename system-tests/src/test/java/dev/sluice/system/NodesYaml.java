package dev.sluice.system;

import dev.sluice.testkit.FakeNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A nodes file as a user writes it. */
final class NodesYaml {

    private final StringBuilder text = new StringBuilder("nodes:\n");

    NodesYaml node(String id, String pool, FakeNode node, int rpm, long bpm, int maxInFlight) {
        text.append(
                """
                  - id: %s
                    pool: %s
                    url: %s
                    rpm: %d
                    bpm: %d
                    max_in_flight: %d
                """
                        .formatted(id, pool, node.uri(), rpm, bpm, maxInFlight));
        return this;
    }

    /** The node that was added last names this credential. */
    NodesYaml credential(String name) {
        text.append("    credential: ").append(name).append('\n');
        return this;
    }

    /** Writes it into this directory. */
    Path in(Path dir) {
        try {
            return Files.writeString(dir.resolve("nodes.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
