package dev.sluice.cli;

import dev.sluice.chassis.lifecycle.ServiceMain;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.cli.nodes.NodesClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice nodes delete}: removes nodes; what is in flight there ends. */
@Command(
        name = "delete",
        description = "Removes nodes: they get no more requests, and those in flight end.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Asks the monitor at MONITOR_URL (default http://127.0.0.1:7400, or its MONITOR_PORT)",
            "with the token SLUICE_ADMIN_TOKEN, or else the one that 'sluice up' keeps in its data",
            "directory."
        })
final class NodesDeleteCommand implements Callable<Integer> {

    private final ProcessParts process;

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli sets the real one

    @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids of nodes.")
    private List<String> ids = List.of();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of 'sluice up', for its token (default: ./data).")
    private Optional<Path> data = Optional.empty();

    NodesDeleteCommand(ProcessParts process) {
        this.process = process;
    }

    @Override
    public Integer call() throws InputException, StartException {
        var access = MonitorAccess.read(process.environment());
        Secret token = access.token(data);
        var client = new NodesClient(access.monitor());
        int exitCode = 0;
        for (String id : ids) {
            if (!NodesCommand.tell(spec, id, client.delete(id, token))) {
                exitCode = ServiceMain.EXIT_START;
            }
        }
        return exitCode;
    }
}
