package dev.sluice.cli;

import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.ReadProgress;
import dev.sluice.chassis.lifecycle.ServiceMain;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.cli.kafka.RunningBroker;
import dev.sluice.cli.kafka.RunningLog;
import dev.sluice.cli.replay.DryRunText;
import dev.sluice.cli.replay.SendingBar;
import dev.sluice.cli.text.Amounts;
import dev.sluice.ingress.IngressSettings;
import dev.sluice.ingress.queue.QueueLimits;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.replay.DryRunView;
import dev.sluice.replay.Moment;
import dev.sluice.replay.ReplayDraft;
import dev.sluice.replay.ReplayOrder;
import dev.sluice.replay.ReplayProgress;
import dev.sluice.replay.ReplayProgress.State;
import dev.sluice.replay.ReplayView;
import dev.sluice.replay.Room;
import dev.sluice.replay.Totals;
import dev.sluice.replay.kafka.ReplayRun;
import dev.sluice.replay.kafka.Replays;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice replay}: sends a part of the request log again. */
@Command(
        name = "replay",
        description =
                "Sends requests of the log again, each as a new request that names the original."
                        + " Give --pool or --id, and what else they must meet. Ctrl-C pauses it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything was sent, now or before",
            "1:it ended before its end; the message says how to go on",
            "2:wrong usage or wrong settings, or no broker answers",
            "130:paused by Ctrl-C"
        },
        footer = {
            "",
            "T is " + Moment.RULE + ".",
            "The broker must be running: that of 'sluice up', or any other."
        })
final class ReplayCommand implements Callable<Integer> {

    private static final int EXIT_UNFINISHED = 1;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'replay-'yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private final ProcessParts process;

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli sets the real one

    @Mixin private ReplayOptions options = new ReplayOptions();

    @Option(
            names = "--dry-run",
            description = "Send nothing; say what would be sent and how long it would take.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description =
                    "The broker (default: KAFKA_BOOTSTRAP_SERVERS, or that of 'sluice up' at"
                            + " KAFKA_PORT, 9092).")
    private Optional<String> kafka = Optional.empty();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Data directory of the 'sluice up' that runs the broker, for its secret"
                            + " (default: ./data, for a broker on this machine).")
    private Optional<Path> data = Optional.empty();

    ReplayCommand(ProcessParts process) {
        this.process = process;
    }

    @Override
    public Integer call() throws StartException, InterruptedException {
        Instant now = process.wall().instant().truncatedTo(ChronoUnit.MILLIS); // as Kafka counts
        options.check(spec.commandLine(), now, dryRun);
        kafka.ifPresent(broker -> UpCommand.requireBroker(spec.commandLine(), broker));
        try {
            return replay(RunningBroker.settings(process.environment(), kafka, data), now);
        } catch (LogReadException e) {
            spec.commandLine().getErr().println("sluice: " + e.getMessage());
            return ServiceMain.EXIT_SETTINGS;
        }
    }

    private int replay(KafkaSettings settings, Instant now)
            throws LogReadException, StartException, InterruptedException {
        Function<PoolName, Room> rooms = rooms(settings);
        try (var log = RunningLog.open(settings)) {
            Replays replays = log.replays(process.nanos(), process.wall());
            if (dryRun) {
                return dryRun(replays, options.draft().order(now));
            }
            var around = new ReplayRun.Surroundings(log.depths(), rooms);
            return start(replays, options.name.orElseGet(() -> NAME.format(now)), around);
        }
    }

    private int dryRun(Replays replays, ReplayOrder order)
            throws LogReadException, InterruptedException {
        Totals totals = totals(replays, order);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            printJson(DryRunView.of(totals, order.priority(), replays.pools(), options.rate()));
        } else {
            out.print(DryRunText.of(totals, order.priority(), replays.pools(), options.rate()));
        }
        out.flush();
        return 0;
    }

    private Totals totals(Replays replays, ReplayOrder order)
            throws LogReadException, InterruptedException {
        if (!process.terminal()) {
            return replays.dryRun(order, ReadProgress.NONE);
        }
        try (var bar = new ReadingBar(spec.commandLine().getErr())) {
            return replays.dryRun(order, bar);
        }
    }

    private int start(Replays replays, String name, ReplayRun.Surroundings around)
            throws LogReadException, InterruptedException {
        Optional<ReplayDraft> draft =
                options.chooses() ? Optional.of(options.draft()) : Optional.empty();
        return switch (replays.start(name, draft, options.rate(), false, around)) {
            case Replays.Started.Refused(var kind, String why) -> {
                spec.commandLine().getErr().println("sluice: " + why);
                yield ServiceMain.EXIT_SETTINGS;
            }
            case Replays.Started.Done(ReplayProgress progress) -> {
                say("Replay %s was done before; nothing was sent now.".formatted(name));
                told(progress);
                yield 0;
            }
            case Replays.Started.Ready(ReplayRun run) -> run(run);
        };
    }

    private int run(ReplayRun run) throws InterruptedException {
        say(
                "Replay %s: %s of the log to look at. Ctrl-C pauses it."
                        .formatted(
                                run.name(),
                                Amounts.of(
                                        run.counts().toRead() - run.counts().read(), "request")));
        var told = new CountDownLatch(1);
        // stays: after the run it has nothing to do
        Runtime.getRuntime().addShutdownHook(new Thread(() -> pause(run, told), "pause"));
        try (run) {
            return tell(run.name(), ended(run));
        } finally {
            told.countDown();
        }
    }

    private ReplayRun.Ended ended(ReplayRun run) throws InterruptedException {
        if (!process.terminal()) {
            return run.run();
        }
        try (var bar = new SendingBar(spec.commandLine().getErr(), run)) {
            return bar.run();
        }
    }

    /** As the process ends by a signal: the run is let end in order, and says how to go on. */
    private static void pause(ReplayRun run, CountDownLatch told) {
        run.end(State.PAUSED);
        try {
            // should it not end: another start looks what was sent
            boolean _ = told.await(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int tell(String name, ReplayRun.Ended ended) {
        PrintWriter err = spec.commandLine().getErr();
        String further = "go on with: ./sluice replay --name " + name;
        switch (ended) {
            case ReplayRun.Ended.Settled(ReplayProgress progress) -> {
                told(progress);
                if (progress.state() == State.DONE) {
                    return 0;
                }
                progress.problem().ifPresent(why -> err.println("sluice: " + why));
                say("Replay %s is %s; %s".formatted(name, progress.state().text(), further));
            }
            case ReplayRun.Ended.TakenOver t ->
                    err.println("sluice: replay %s was taken over by another one".formatted(name));
            case ReplayRun.Ended.Broken(String why) -> {
                err.println("sluice: the broker does not take the progress: " + why);
                say("Nothing is lost or repeated; after half a minute " + further);
            }
        }
        err.flush();
        return EXIT_UNFINISHED;
    }

    private void told(ReplayProgress progress) {
        if (json) {
            printJson(ReplayView.of(progress));
            return;
        }
        var counts = progress.counts();
        say(
                "%s sent, %s of bodies; %s of %s of the log looked at."
                        .formatted(
                                Amounts.of(counts.sent(), "request"),
                                Amounts.bytes(counts.bytes()),
                                Amounts.number(counts.read()),
                                Amounts.of(counts.toRead(), "request")));
    }

    /** Half of what the ingress takes, by the same settings. */
    private Function<PoolName, Room> rooms(KafkaSettings kafka) {
        var settings = Settings.of(process.environment(), java.util.Map.of());
        var ingress = IngressSettings.read(settings, kafka);
        settings.check(Set.of("queue"));
        return pool -> {
            QueueLimits limits = ingress.limitsOf(pool);
            return new Room(limits.maxBytes(), limits.maxDrainSeconds());
        };
    }

    private void printJson(Object view) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                ProtocolJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(view));
        out.flush();
    }

    private void say(String text) {
        if (json) {
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
