package dev.sluice.cli;

import dev.sluice.protocol.ReplayOf;
import dev.sluice.replay.Rate;
import dev.sluice.replay.ReplayDraft;
import dev.sluice.replay.ReplayDraft.Flaw;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say what is replayed, where to and how fast. */
final class ReplayOptions {

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "What the replay is called: each request is sent once under one name. With the"
                            + " name alone it goes on where it was (default: made of the time).")
    Optional<String> name = Optional.empty();

    @Option(names = "--pool", paramLabel = "P", description = "Requests of this pool.")
    private Optional<String> pool = Optional.empty();

    @Option(
            names = "--lane",
            paramLabel = "LANE",
            split = ",",
            description = "Of this lane: high, normal or low (default: all).")
    private List<String> lane = new ArrayList<>();

    @Option(
            names = "--from",
            paramLabel = "T",
            description = "Accepted from then on (default: all in the log).")
    private Optional<String> from = Optional.empty();

    @Option(
            names = "--to",
            paramLabel = "T",
            description = "Accepted before then (default: the start of the replay).")
    private Optional<String> to = Optional.empty();

    @Option(
            names = "--id",
            paramLabel = "ID",
            arity = "1..*",
            split = ",",
            description = "These requests alone.")
    private List<String> id = new ArrayList<>();

    @Option(
            names = "--status",
            paramLabel = "S",
            split = ",",
            description = EndingOptions.STATUS + " (default: all that have ended).")
    private List<String> status = new ArrayList<>();

    @Mixin private EndingOptions ending = new EndingOptions();

    @Option(
            names = "--sample",
            paramLabel = "SHARE",
            description = "A share such as 10%% or 0.1, the same requests each time.")
    private Optional<String> sample = Optional.empty();

    @Option(
            names = "--to-pool",
            paramLabel = "P",
            description = "Send them to this pool (default: each to its own).")
    private Optional<String> toPool = Optional.empty();

    @Option(
            names = "--priority",
            paramLabel = "LANE",
            description = "high, normal or low (default: low, so that live requests go first).")
    private Optional<String> priority = Optional.empty();

    @Option(
            names = "--rate",
            paramLabel = "N/s",
            description = "Append at most so many: 50/s, 600/min (default: as fast as it goes).")
    private Optional<String> rate = Optional.empty();

    @Option(
            names = "--max",
            paramLabel = "N",
            description = "At most so many, the oldest first (default: all).")
    private Optional<Long> max = Optional.empty();

    ReplayDraft draft() {
        return new ReplayDraft(
                pool,
                lane,
                from,
                to,
                id,
                status,
                ending.node,
                ending.path,
                sample,
                toPool,
                priority,
                max);
    }

    Optional<Rate> rate() {
        return rate.flatMap(Rate::parse);
    }

    /** Whether anything but the name and the rate was typed. */
    boolean chooses() {
        ReplayDraft typed = draft();
        return !typed.choosesNothing()
                || toPool.isPresent()
                || priority.isPresent()
                || max.isPresent();
    }

    /** Refuses what is wrong, all of it at once. */
    void check(CommandLine line, Instant now, boolean dry) {
        var problems = new ArrayList<String>();
        if (chooses() || dry || name.isEmpty()) {
            for (Flaw flaw : draft().flaws(now)) {
                problems.add("--" + flaw.field().replace('_', '-') + " " + flaw.must());
            }
        }
        if (rate.isPresent() && rate().isEmpty()) {
            problems.add("--rate must be %s; not '%s'".formatted(Rate.RULE, rate.get()));
        }
        if (name.isPresent() && !ReplayOf.isName(name.get())) {
            problems.add("--name must be %s; not '%s'".formatted(ReplayOf.NAME_RULE, name.get()));
        }
        if (!problems.isEmpty()) {
            throw new CommandLine.ParameterException(line, String.join("\n", problems));
        }
    }
}
