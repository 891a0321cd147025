package dev.sluice.cli;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.cli.nodes.NodesClient;
import dev.sluice.cli.nodes.NodesTable;
import dev.sluice.protocol.ProtocolJson;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice nodes list}: the nodes, their limits and their health, from a running monitor. */
@Command(
        name = "list",
        description = "Lists the nodes with their limits and their health.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Asks the monitor at MONITOR_URL (default http://127.0.0.1:7400, or its MONITOR_PORT)."
        })
final class NodesListCommand implements Callable<Integer> {

    private final ProcessParts process;

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli sets the real one

    @Option(names = "--json", description = "Print the monitor's answer as it is.")
    private boolean json;

    NodesListCommand(ProcessParts process) {
        this.process = process;
    }

    @Override
    public Integer call() throws StartException {
        var nodes = new NodesClient(MonitorAccess.read(process.environment()).monitor()).list();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(
                    ProtocolJson.mapper()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(nodes));
        } else {
            out.print(NodesTable.of(nodes));
        }
        out.flush();
        return 0;
    }
}
