package dev.sluice.protocol;

import java.time.Instant;
import java.util.Locale;

/**
 * An entry of the nodes topic.
 *
 * @param origin who said so: entries of the file are replaced when the file changes
 * @param changedAt by the monitor's clock
 */
public record RegisteredNode(NodeSpec spec, Origin origin, Instant changedAt) {

    /** Where an entry came from. */
    public enum Origin {
        FILE,
        API;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
