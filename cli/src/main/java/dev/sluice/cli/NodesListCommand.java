package dev.sluice.cli;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.cli.nodes.NodesClient;
import dev.sluice.cli.nodes.NodesTable;
import dev.sluice.protocol.ProtocolJson;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Map;
import java.util.Set;
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
        var nodes = new NodesClient(monitor()).list();
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

    private URI monitor() {
        var settings = Settings.of(process.environment(), Map.of());
        var byPort = URI.create("http://127.0.0.1:" + settings.port("monitor.port", 7400));
        URI url = settings.url("monitor.url").orElse(byPort);
        settings.check(Set.of()); // no section of our own: only what was read can be wrong
        return url;
    }
}
