package dev.sluice.cli;

import dev.sluice.cli.nodes.NodesClient.Change;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice nodes}: lists the nodes; what else is to be done stands in its commands. */
@Command(
        name = "nodes",
        description = "The nodes that requests are sent to; without a command they are listed.",
        synopsisSubcommandLabel = "[COMMAND]",
        mixinStandardHelpOptions = true)
final class NodesCommand implements Callable<Integer> {

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli sets the real one

    @Override
    public Integer call() {
        return spec.commandLine().execute("list");
    }

    /** Prints what became of the change of a node; false if it was refused. */
    static boolean tell(CommandSpec spec, String id, Change change) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        return switch (change) {
            case Change.Done(String what) -> {
                out.println(id + "  " + what);
                out.flush();
                yield true;
            }
            case Change.Refused(String why) -> {
                err.println("sluice: " + id + ": " + why);
                err.flush();
                yield false;
            }
        };
    }
}
