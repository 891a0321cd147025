package dev.sluice.monitor.health.broken;

import java.nio.file.Path;

/** A file in a pure package. */
public final class ReadsAFile {
    boolean same(Path path) {
        return path.isAbsolute();
    }
}
