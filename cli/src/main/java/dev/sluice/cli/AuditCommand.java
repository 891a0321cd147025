package dev.sluice.cli;

import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.ReadProgress;
import dev.sluice.chassis.lifecycle.ServiceMain;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.cli.audit.AuditJson;
import dev.sluice.cli.audit.AuditReport;
import dev.sluice.cli.audit.AuditScope;
import dev.sluice.cli.audit.AuditText;
import dev.sluice.cli.audit.kafka.Audit;
import dev.sluice.cli.kafka.RunningBroker;
import dev.sluice.protocol.PoolName;
import dev.sluice.replay.Moment;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice audit}: reads the log and says whether the promises were kept. */
@Command(
        name = "audit",
        description =
                "Reads the log and proves the promises: each accepted request has exactly one"
                        + " result that counts or is pending, and no node was sent more than its"
                        + " limit.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no promise is broken",
            "1:one is; the report says which",
            "2:wrong usage or wrong settings, or no broker answers"
        },
        footer = {
            "",
            "T is " + Moment.RULE + ".",
            "The broker must be running: that of 'sluice up', or any other."
        })
final class AuditCommand implements Callable<Integer> {

    private static final int EXIT_BROKEN = 1;

    private final ProcessParts process;

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli sets the real one

    @Option(
            names = "--from",
            paramLabel = "T",
            description = "Audit the requests accepted from then on (default: all in the log).")
    private Optional<String> from = Optional.empty();

    @Option(
            names = "--to",
            paramLabel = "T",
            description = "Audit the requests accepted before then (default: all in the log).")
    private Optional<String> to = Optional.empty();

    @Option(names = "--pool", paramLabel = "P", description = "Audit this pool only.")
    private Optional<String> pool = Optional.empty();

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

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    AuditCommand(ProcessParts process) {
        this.process = process;
    }

    @Override
    public Integer call() throws InterruptedException {
        Instant now = process.wall().instant().truncatedTo(ChronoUnit.MILLIS); // as Kafka counts
        AuditScope scope = scope(now);
        kafka.ifPresent(broker -> UpCommand.requireBroker(spec.commandLine(), broker));
        PrintWriter out = spec.commandLine().getOut();
        try {
            KafkaSettings settings = RunningBroker.settings(process.environment(), kafka, data);
            AuditReport report = run(settings, scope, now);
            out.print(json ? AuditJson.of(report).toPrettyString() + "\n" : AuditText.of(report));
            out.flush();
            return report.breachCount() == 0 ? 0 : EXIT_BROKEN;
        } catch (LogReadException e) {
            spec.commandLine().getErr().println("sluice: " + e.getMessage());
            return ServiceMain.EXIT_SETTINGS;
        }
    }

    private AuditReport run(KafkaSettings settings, AuditScope scope, Instant now)
            throws LogReadException, InterruptedException {
        if (!process.terminal()) {
            return Audit.run(settings, scope, now, ReadProgress.NONE);
        }
        try (var bar = new ReadingBar(spec.commandLine().getErr())) {
            return Audit.run(settings, scope, now, bar);
        }
    }

    private AuditScope scope(Instant now) {
        try {
            return new AuditScope(
                    moment("--from", from, now), moment("--to", to, now), pool.map(this::pool));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static Optional<Instant> moment(String option, Optional<String> text, Instant now) {
        try {
            return text.map(t -> Moment.parse(t, now));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + " " + e.getMessage(), e);
        }
    }

    private PoolName pool(String text) {
        return PoolName.parse(text)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "--pool must be %s; not '%s'"
                                                .formatted(PoolName.RULE, text)));
    }
}
