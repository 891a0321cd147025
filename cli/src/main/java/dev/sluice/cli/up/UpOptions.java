package dev.sluice.cli.up;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What was typed after {@code sluice up}.
 *
 * @param workers in this process; else the setting {@code worker.count}
 * @param nodesFile in place of the demo nodes
 * @param data directory of the log and of the demo nodes' file
 * @param demoNodes whether to run demo nodes where no nodes file is named
 * @param kafka a broker that is there, in place of the embedded one: {@code host:port}
 */
public record UpOptions(
        Optional<Integer> workers,
        Optional<Path> nodesFile,
        Path data,
        boolean demoNodes,
        Optional<String> kafka) {

    public UpOptions {
        data = data.toAbsolutePath().normalize();
        nodesFile = nodesFile.map(file -> file.toAbsolutePath().normalize());
    }

    /** Where the demo nodes are written for the monitor. */
    Path demoNodesFile() {
        return DataDirectory.demoNodes(data);
    }
}
