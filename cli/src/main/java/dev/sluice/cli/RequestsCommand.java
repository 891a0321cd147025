package dev.sluice.cli;

import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.lifecycle.ServiceMain;
import dev.sluice.cli.kafka.RunningBroker;
import dev.sluice.cli.kafka.RunningLog;
import dev.sluice.cli.requests.RequestJson;
import dev.sluice.cli.requests.RequestRow;
import dev.sluice.cli.requests.RequestText;
import dev.sluice.protocol.RequestId;
import dev.sluice.replay.Moment;
import dev.sluice.replay.ReplayDraft;
import dev.sluice.replay.ReplayDraft.Flaw;
import dev.sluice.replay.Selection;
import dev.sluice.replay.kafka.EndedRequests;
import dev.sluice.replay.kafka.RequestFinder;
import dev.sluice.replay.kafka.RequestList.Listed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice requests}: lists the requests of the log, or shows one. */
@Command(
        name = "requests",
        description =
                "Lists the newest requests of the log, follows it, or shows one request with all"
                        + " that became of it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the log has no such request",
            "2:wrong usage or wrong settings, or no broker answers"
        },
        footer = {
            "",
            "T is " + Moment.RULE + ".",
            "The broker must be running: that of 'sluice up', or any other."
        })
final class RequestsCommand implements Callable<Integer> {

    private static final int EXIT_UNKNOWN = 1;
    private static final int LIMIT_MAX = 100_000; // they are in memory before they are shown

    private final ProcessParts process;

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli sets the real one

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "Show this request.")
    private Optional<String> shown = Optional.empty();

    @Option(names = "--id", paramLabel = "ID", description = "The same.")
    private Optional<String> id = Optional.empty();

    @Option(names = "--pool", paramLabel = "P", description = "Of this pool (default: all).")
    private Optional<String> pool = Optional.empty();

    @Option(
            names = "--lane",
            paramLabel = "LANE",
            split = ",",
            description = "Of this lane: high, normal or low (default: all).")
    private List<String> lane = new ArrayList<>();

    @Option(
            names = {"--since", "--from"},
            paramLabel = "T",
            description = "Accepted from then on (default: all in the log).")
    private Optional<String> since = Optional.empty();

    @Option(names = "--to", paramLabel = "T", description = "Accepted before then (default: now).")
    private Optional<String> to = Optional.empty();

    @Option(
            names = "--status",
            paramLabel = "S",
            split = ",",
            description = EndingOptions.STATUS + " (default: all).")
    private List<String> status = new ArrayList<>();

    @Mixin private EndingOptions ending = new EndingOptions();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "The newest so many (default: ${DEFAULT-VALUE}).")
    private int limit = 100;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with those that end from now on, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--show-bodies",
            description = "With an ID: show the bodies too, which are left out else.")
    private boolean showBodies;

    @Option(names = "--json", description = "Print a JSON object for each, one a line.")
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

    RequestsCommand(ProcessParts process) {
        this.process = process;
    }

    @Override
    public Integer call() throws InterruptedException {
        Instant now = process.wall().instant().truncatedTo(ChronoUnit.MILLIS); // as Kafka counts
        Selection selection = selection(now);
        kafka.ifPresent(broker -> UpCommand.requireBroker(spec.commandLine(), broker));
        try (var log =
                RunningLog.open(RunningBroker.settings(process.environment(), kafka, data))) {
            return selection.ids().isEmpty()
                    ? list(log, selection, now)
                    : show(log, selection.ids().iterator().next());
        } catch (LogReadException e) {
            spec.commandLine().getErr().println("sluice: " + e.getMessage());
            return ServiceMain.EXIT_SETTINGS;
        }
    }

    private int list(RunningLog log, Selection selection, Instant now)
            throws LogReadException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        // before the list: what ends meanwhile is shown by one of the two
        try (EndedRequests ended = follow ? log.ended(selection) : null) {
            List<Listed> newest = log.requests().newest(selection, limit, now);
            if (json) {
                newest.forEach(listed -> out.println(RequestJson.of(listed)));
            } else {
                out.print(RequestRow.table(newest));
            }
            out.flush();
            while (ended != null) {
                ended.next().forEach(listed -> out.println(line(listed)));
                out.flush();
            }
            return 0;
        }
    }

    private String line(Listed listed) {
        return json ? RequestJson.of(listed) : RequestRow.line(listed);
    }

    private int show(RunningLog log, RequestId wanted)
            throws LogReadException, InterruptedException {
        Optional<RequestFinder.Found> found = log.finder().find(wanted);
        if (found.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "sluice: the log has no request %s: it was never there, or is no longer"
                                            .formatted(wanted)
                                    + " kept");
            return EXIT_UNKNOWN;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                json
                        ? RequestJson.of(found.get(), showBodies) + "\n"
                        : RequestText.of(found.get(), showBodies));
        out.flush();
        return 0;
    }

    /** What is wrong is said all at once. */
    private Selection selection(Instant now) {
        var ids = new ArrayList<String>();
        shown.ifPresent(ids::add);
        id.ifPresent(ids::add);
        var draft =
                new ReplayDraft(
                        pool,
                        lane,
                        since,
                        to,
                        ids,
                        status,
                        ending.node,
                        ending.path,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        var problems = new ArrayList<String>();
        for (Flaw flaw : draft.selectionFlaws(now)) {
            String option = flaw.field().equals("from") ? "since" : flaw.field();
            problems.add("--" + option + " " + flaw.must());
        }
        if (ids.size() > 1) {
            problems.add("name one ID only");
        }
        if (limit < 1 || limit > LIMIT_MAX) {
            problems.add("--limit must be from 1 to %d, not %d".formatted(LIMIT_MAX, limit));
        }
        if (showBodies && ids.isEmpty()) {
            problems.add("--show-bodies needs an ID: a list has no bodies");
        }
        if (follow && (!ids.isEmpty() || to.isPresent())) {
            problems.add("--follow goes with neither an ID nor --to");
        }
        if (!problems.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), String.join("\n", problems));
        }
        return draft.selection(now);
    }
}
