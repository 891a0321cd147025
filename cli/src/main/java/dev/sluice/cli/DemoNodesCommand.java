package dev.sluice.cli;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.cli.demo.DemoNodes;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice demo-nodes}: the three demo nodes alone, until a signal ends them. */
@Command(
        name = "demo-nodes",
        description = "Runs the three demo nodes alone, for a Sluice that runs elsewhere.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "DEMO_HOST is the address to bind (127.0.0.1), DEMO_PORT the first of three ports",
            "(9101; 0 takes free ones)."
        })
final class DemoNodesCommand implements Callable<Integer> {

    private final ProcessParts process;

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli sets the real one

    DemoNodesCommand(ProcessParts process) {
        this.process = process;
    }

    @Override
    public Integer call() throws StartException, InterruptedException {
        var settings = Settings.of(process.environment(), Map.of());
        String host = settings.text("demo.host", "127.0.0.1");
        int port = settings.number("demo.port", 9101, 0, 65_533, "(a TCP port, or 0)");
        settings.check(Set.of("demo"));
        DemoNodes nodes = DemoNodes.start(host, port, process.nanos());
        var ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    nodes.close();
                                    ended.countDown();
                                },
                                "shutdown"));
        PrintWriter out = spec.commandLine().getOut();
        out.print(nodes.nodesFile());
        out.flush();
        ended.await();
        return 0;
    }
}
