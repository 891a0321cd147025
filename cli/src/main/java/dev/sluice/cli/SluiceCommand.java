package dev.sluice.cli;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.lifecycle.ServiceMain;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.SettingsException;
import java.io.PrintWriter;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The top of the command line: names the commands there are. */
@Command(
        name = "sluice",
        description =
                "A queueing load balancer: HTTP in, a durable log, nodes within their limits.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it cannot start or go on; the message says why (audit: a promise is broken)",
            "2:wrong usage, wrong settings or a wrong file",
            "70:a bug in Sluice",
            "130, 143:stopped by Ctrl-C or SIGTERM, after closing in order"
        })
final class SluiceCommand implements Runnable {

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli sets the real one

    /** The whole command line, ready to execute. */
    static CommandLine line(ProcessParts process) {
        var nodes = new CommandLine(new NodesCommand());
        nodes.addSubcommand(new NodesListCommand(process));
        nodes.addSubcommand(new NodesPutCommand(process));
        nodes.addSubcommand(new NodesDeleteCommand(process));
        return new CommandLine(new SluiceCommand())
                .addSubcommand(new UpCommand(process))
                .addSubcommand(nodes)
                .addSubcommand(new AuditCommand(process))
                .addSubcommand(new RequestsCommand(process))
                .addSubcommand(new ReplayCommand(process))
                .addSubcommand(new DemoNodesCommand(process))
                .setUsageHelpWidth(100)
                .setExecutionExceptionHandler((e, line, result) -> exitCode(e, line));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Say which command.");
    }

    /** Expected failures are told in a sentence; anything else is a bug and told with its trace. */
    private static int exitCode(Exception e, CommandLine line) {
        PrintWriter err = line.getErr();
        return switch (e) {
            case SettingsException settings -> {
                err.println("sluice: " + settings.getMessage());
                yield ServiceMain.EXIT_SETTINGS;
            }
            case InputException input -> {
                tell(err, input);
                yield CommandLine.ExitCode.USAGE;
            }
            case StartException start -> {
                tell(err, start);
                yield ServiceMain.EXIT_START;
            }
            default -> {
                LoggerFactory.getLogger(SluiceCommand.class).error("a bug in Sluice", e);
                yield Fatal.EXIT_CODE;
            }
        };
    }

    private static void tell(PrintWriter err, Exception e) {
        String.valueOf(e.getMessage()).lines().forEach(text -> err.println("sluice: " + text));
    }
}
