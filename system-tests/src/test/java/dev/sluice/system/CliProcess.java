package dev.sluice.system;

import dev.sluice.cli.SluiceMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A command of {@code sluice} in a JVM of its own, which can be killed. */
final class CliProcess extends JavaProcess {

    private CliProcess(Path dir, List<String> command) {
        super(dir, "cli", command, Map.of());
    }

    static CliProcess start(Path dir, String... arguments) {
        var command = new ArrayList<String>();
        command.addAll(List.of("-Xmx256m", SluiceMain.class.getName()));
        command.addAll(List.of(arguments));
        return new CliProcess(dir, command);
    }
}
