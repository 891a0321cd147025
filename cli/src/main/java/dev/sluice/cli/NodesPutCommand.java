package dev.sluice.cli;

import dev.sluice.chassis.lifecycle.ServiceMain;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.cli.nodes.NodesClient;
import dev.sluice.monitor.nodes.NodesFile;
import dev.sluice.protocol.NodeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice nodes put}: adds or changes each node of a file; nodes it does not list stay. */
@Command(
        name = "put",
        description = "Adds the nodes of a file, or changes those that are there; others stay.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The file is a nodes file (YAML) and is checked whole before anything is sent.",
            "Asks the monitor at MONITOR_URL (default http://127.0.0.1:7400, or its MONITOR_PORT)",
            "with the token SLUICE_ADMIN_TOKEN, or else the one that 'sluice up' keeps in its data",
            "directory."
        })
final class NodesPutCommand implements Callable<Integer> {

    private final ProcessParts process;

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli sets the real one

    @Parameters(paramLabel = "FILE", description = "Nodes file (YAML) with one or more nodes.")
    private Path file = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of 'sluice up', for its token (default: ./data).")
    private Optional<Path> data = Optional.empty();

    NodesPutCommand(ProcessParts process) {
        this.process = process;
    }

    @Override
    public Integer call() throws InputException, StartException {
        List<NodeSpec> nodes = nodes();
        var access = MonitorAccess.read(process.environment());
        Secret token = access.token(data);
        var client = new NodesClient(access.monitor());
        int exitCode = 0;
        for (NodeSpec node : nodes) {
            if (!NodesCommand.tell(spec, node.id(), client.put(node, token))) {
                exitCode = ServiceMain.EXIT_START;
            }
        }
        return exitCode;
    }

    private List<NodeSpec> nodes() throws InputException {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new InputException(List.of("%s cannot be read: %s".formatted(file, e)));
        }
        return switch (NodesFile.parse(text)) {
            case NodesFile.Valid valid when valid.nodes().isEmpty() ->
                    throw new InputException(List.of(file + " lists no nodes"));
            case NodesFile.Valid valid -> valid.nodes();
            case NodesFile.Invalid invalid ->
                    throw new InputException(
                            invalid.problems().stream().map(p -> file + ": " + p).toList());
        };
    }
}
