package dev.sluice.cli;

import dev.sluice.chassis.lifecycle.ServiceMain;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.cli.nodes.NodesClient;
import dev.sluice.cli.nodes.NodesTable;
import dev.sluice.cli.up.Ready;
import dev.sluice.cli.up.Stack;
import dev.sluice.cli.up.UpOptions;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice up}: everything in this process, until a signal ends it. */
@Command(
        name = "up",
        description = "Runs everything in one process: broker, services, and three demo nodes.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Ports: LB_PORT 7100, STATS_PORT 7200, WORKER_PORT 7300, MONITOR_PORT 7400,",
            "KAFKA_PORT 9092, DEMO_PORT 9101 (and the two that follow); 0 takes a free one.",
            "All other settings come from the environment, or from the YAML file that",
            "SLUICE_SETTINGS names."
        })
final class UpCommand implements Callable<Integer> {

    private static final Pattern BROKERS =
            Pattern.compile("[^:,\\s]+:\\d{1,5}(,[^:,\\s]+:\\d{1,5})*");

    private final ProcessParts process;

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli sets the real one

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Workers in this process, 1 to 64 (default: WORKER_COUNT, or 1).")
    private Optional<Integer> workers = Optional.empty();

    @Option(
            names = "--nodes",
            paramLabel = "FILE",
            description =
                    "Nodes file (YAML), used in place of the demo nodes (default:"
                            + " SLUICE_NODES_FILE, or the demo nodes).")
    private Optional<Path> nodes = Optional.empty();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Where the data stay over restarts; with --kafka it may be that of the 'sluice"
                            + " up' that runs the broker, for its secret (default:"
                            + " ${DEFAULT-VALUE}).")
    private Path data = Path.of("./data");

    @Option(names = "--no-demo-nodes", description = "Run no demo nodes.")
    private boolean noDemoNodes;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description =
                    "A Kafka broker that is there, in place of the embedded one (default:"
                            + " KAFKA_BOOTSTRAP_SERVERS, or the embedded one).")
    private Optional<String> kafka = Optional.empty();

    // builds warm up with it; nothing that a user needs
    @Option(names = "--until-ready", hidden = true)
    private boolean untilReady;

    private volatile boolean ready;

    UpCommand(ProcessParts process) {
        this.process = process;
    }

    @Override
    public Integer call() throws StartException, InterruptedException {
        check();
        PrintWriter out = spec.commandLine().getOut();
        var options = new UpOptions(workers, nodes, data, !noDemoNodes, kafka);
        var stack = new Stack(options, process.environment(), process.nanos(), process.wall());
        // before the start: a signal while starting closes what is there by then
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack), "shutdown"));
        say("Starting …");
        Ready started = stack.start();
        var monitor = new NodesClient(URI.create(started.urls().monitor()));
        var table = NodesTable.limitsOf(monitor.list());
        out.print(started.text(table));
        out.flush();
        ready = true;
        return untilReady ? 0 : awaitFailure(stack);
    }

    private void check() {
        CommandLine line = spec.commandLine();
        if (workers.isPresent() && (workers.get() < 1 || workers.get() > 64)) {
            throw new CommandLine.ParameterException(
                    line, "--workers must be from 1 to 64, not " + workers.get());
        }
        kafka.ifPresent(broker -> requireBroker(line, broker));
        if (nodes.isPresent() && noDemoNodes) {
            say("--nodes is given, so no demo nodes run; --no-demo-nodes is not needed.");
        }
    }

    /** Refuses what is typed after {@code --kafka} and is no {@code HOST:PORT}. */
    static void requireBroker(CommandLine line, String text) {
        if (!BROKERS.matcher(text).matches()) {
            throw new CommandLine.ParameterException(
                    line, "--kafka must be HOST:PORT, not '" + text + "'");
        }
    }

    private int awaitFailure(Stack stack) throws InterruptedException {
        try {
            String reason = stack.failed().get();
            spec.commandLine().getErr().println("sluice: " + reason);
            return ServiceMain.EXIT_START;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the watch over the broker ended by a bug", e);
        }
    }

    /** Runs as the process ends, whatever ends it; the exit code is not ours to change here. */
    private void stop(Stack stack) {
        if (ready) {
            say("Stopping …");
        }
        Duration limit = stack.closeLimit();
        Thread closing = Thread.ofPlatform().daemon().name("closing").start(stack::close);
        try {
            if (!closing.join(limit)) {
                say("Not closed after %d s; it ends all the same.".formatted(limit.toSeconds()));
            } else if (ready) {
                say("Stopped.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
