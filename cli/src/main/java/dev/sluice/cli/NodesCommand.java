package dev.sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice nodes}: what is to be done with the nodes stands in its commands. */
@Command(
        name = "nodes",
        description = "The nodes that requests are sent to.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class NodesCommand implements Runnable {

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli sets the real one

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Say what to do with the nodes.");
    }
}
