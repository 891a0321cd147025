package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.LogShape;
import dev.sluice.chassis.kafka.ReadProgress;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestId;
import dev.sluice.replay.Capacity;
import dev.sluice.replay.Rate;
import dev.sluice.replay.ReplayDraft;
import dev.sluice.replay.ReplayOrder;
import dev.sluice.replay.ReplayProgress;
import dev.sluice.replay.ReplayProgress.Counts;
import dev.sluice.replay.ReplayProgress.Span;
import dev.sluice.replay.ReplayProgress.State;
import dev.sluice.replay.ReplayStart;
import dev.sluice.replay.Totals;
import dev.sluice.replay.Wish;
import dev.sluice.replay.kafka.ProgressWriter.Written;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/** All replays of a log: looks at them, tries them dry, starts them. Safe for several threads. */
public final class Replays implements AutoCloseable {

    /**
     * What it works with.
     *
     * @param clients with the number of shards that the log has
     * @param owner of the runs that are started here, no other process's
     */
    public record Parts(
            KafkaClients clients, Admin admin, String owner, NanoClock nanos, InstantSource wall) {}

    /** What became of a start. */
    public sealed interface Started {

        /** It is ours to run. */
        record Ready(ReplayRun run) implements Started {}

        /** Everything was sent before; nothing is. */
        record Done(ReplayProgress progress) implements Started {}

        record Refused(ReplayStart.Kind kind, String why) implements Started {}
    }

    private final Parts parts;
    private final ReplayTable table;
    private final Pools pools;
    private final Layout layout;

    private Replays(Parts parts, ReplayTable table, Pools pools) {
        this.parts = parts;
        this.table = table;
        this.pools = pools;
        this.layout = new Layout(parts.admin(), parts.clients().settings());
    }

    /** Reads what replays there are. */
    public static Replays open(Parts parts) throws StartException {
        var table = ReplayTable.open(parts.clients(), parts.admin());
        try {
            return new Replays(parts, table, new Pools(parts.clients()));
        } catch (StartException e) {
            table.close();
            throw e;
        }
    }

    /** All of them by name, as of a moment ago. */
    public Map<String, ReplayProgress> all() {
        return table.all();
    }

    /** As it stands now. */
    public Optional<ReplayProgress> find(String name)
            throws LogReadException, InterruptedException {
        table.refresh();
        return table.find(name);
    }

    /** The pools that have nodes, and what those can take. */
    public Map<PoolName, Capacity> pools() {
        return pools.all();
    }

    /**
     * What this order would send.
     *
     * @throws LogReadException if it names what is not there, or the log cannot be read
     */
    public Totals dryRun(ReplayOrder order, ReadProgress progress)
            throws LogReadException, InterruptedException {
        Map<TopicPartition, Span> source = layout.source(order.selection());
        layout.targets(order, source, pools.all());
        progress.total(source.values().stream().mapToLong(Span::left).sum());
        var selection = order.selection();
        try (var walk =
                new RequestWalk(
                        parts.clients(),
                        parts.admin(),
                        selection,
                        source,
                        selection.from().orElse(Instant.EPOCH),
                        selection.to().orElseGet(this::now),
                        () -> false)) {
            return DryRun.of(order, walk, progress);
        }
    }

    /**
     * Starts a replay, or goes on with it.
     *
     * @param draft what is to be replayed; empty: what was started under this name before
     * @param rate in place of an earlier one
     * @param overHttp whether ingresses go on with it by themselves
     * @throws LogReadException if it names what is not there, or the broker does not answer
     */
    public Started start(
            String name,
            Optional<ReplayDraft> draft,
            Optional<Rate> rate,
            boolean overHttp,
            ReplayRun.Surroundings around)
            throws LogReadException, InterruptedException {
        Optional<Started> over = notToRun(decide(name, draft));
        if (over.isPresent()) {
            return over.get();
        }
        var writer = new ProgressWriter(parts.clients(), name);
        try {
            Started started = start(name, draft, rate, overHttp, around, writer);
            if (!(started instanceof Started.Ready)) {
                writer.close();
            }
            return started;
        } catch (LogReadException | InterruptedException | RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    /** What somebody wishes of a replay that its runner has not heard yet. */
    public Optional<Wish> wish(String name) {
        return table.wish(name);
    }

    /**
     * Has a replay pause or stop, whoever runs it; where nobody does any more it is so at once.
     *
     * @return as it stands after that; its runner may need a second
     */
    public Optional<ReplayProgress> wish(String name, Wish wish)
            throws LogReadException, InterruptedException {
        Optional<ReplayProgress> there = find(name);
        if (there.isEmpty() || there.get().state() == State.DONE) {
            return there;
        }
        boolean runs = there.get().state() == State.RUNNING;
        if (runs && !ReplayStart.isAbandoned(there.get(), now())) {
            table.wish(name, wish);
            return there;
        }
        try (var writer = new ProgressWriter(parts.clients(), name)) {
            take(writer);
            Optional<ReplayProgress> now = find(name);
            if (now.isPresent() && now.get().state() != State.DONE) {
                ReplayProgress ended = now.get().put(wish.state());
                write(writer, ended);
                return Optional.of(ended);
            }
            return now;
        }
    }

    private Started start(
            String name,
            Optional<ReplayDraft> draft,
            Optional<Rate> rate,
            boolean overHttp,
            ReplayRun.Surroundings around,
            ProgressWriter writer)
            throws LogReadException, InterruptedException {
        take(writer); // whoever ran it writes nothing more
        ReplayStart start = decide(name, draft);
        Optional<Started> over = notToRun(start);
        if (over.isPresent()) {
            return over.get();
        }
        ReplayProgress first;
        Set<RequestId> alreadySent = new HashSet<>();
        if (start instanceof ReplayStart.GoOn(ReplayProgress from)) {
            if (!from.settled()) {
                alreadySent.addAll(tail(from));
            }
            first = from.takenUp(parts.owner(), now(), rate.map(Rate::toString), overHttp);
        } else {
            first = fresh(name, draft.orElseThrow(), rate, overHttp);
        }
        if (writer.write(first, true) instanceof Written.Done) {
            return new Started.Ready(
                    new ReplayRun(parts, table, pools, writer, around, first, alreadySent));
        }
        return new Started.Refused(
                ReplayStart.Kind.UNDER_WAY,
                "another one has just started replay %s".formatted(name));
    }

    private ReplayStart decide(String name, Optional<ReplayDraft> draft)
            throws LogReadException, InterruptedException {
        table.refresh();
        return ReplayStart.decide(name, table.find(name), draft, now());
    }

    private static Optional<Started> notToRun(ReplayStart start) {
        return switch (start) {
            case ReplayStart.Done(var progress) -> Optional.of(new Started.Done(progress));
            case ReplayStart.Refused(var kind, var why) ->
                    Optional.of(new Started.Refused(kind, why));
            case ReplayStart.Fresh f -> Optional.empty();
            case ReplayStart.GoOn g -> Optional.empty();
        };
    }

    private ReplayProgress fresh(
            String name, ReplayDraft draft, Optional<Rate> rate, boolean overHttp)
            throws LogReadException, InterruptedException {
        Instant now = now();
        ReplayOrder order = draft.order(now);
        Map<TopicPartition, Span> source = layout.source(order.selection());
        Map<TopicPartition, Long> target = layout.ends(layout.targets(order, source, pools.all()));
        long toRead = source.values().stream().mapToLong(Span::left).sum();
        return new ReplayProgress(
                name,
                draft,
                now,
                rate.map(Rate::toString),
                State.RUNNING,
                overHttp,
                Optional.of(parts.owner()),
                now,
                false,
                Partitions.text(source),
                Partitions.text(target),
                Optional.empty(),
                new Counts(toRead, 0, 0, 0),
                Optional.empty());
    }

    private void take(ProgressWriter writer) throws LogReadException {
        Optional<String> problem = writer.take();
        if (problem.isPresent()) {
            throw new LogReadException(
                    "the broker does not let the replay be taken: " + problem.get());
        }
    }

    private static void write(ProgressWriter writer, ReplayProgress progress)
            throws LogReadException {
        if (!(writer.write(progress, true) instanceof Written.Done)) {
            throw new LogReadException("the broker did not take the progress; try again");
        }
    }

    private Set<RequestId> tail(ReplayProgress from) throws LogReadException, InterruptedException {
        try {
            return Tail.sent(
                    parts.clients(), parts.admin(), from.name(), Partitions.parse(from.target()));
        } catch (TimeoutException | ExecutionException e) {
            throw LogShape.unreachable(broker(), e);
        }
    }

    private String broker() {
        return String.valueOf(parts.clients().settings().client().get("bootstrap.servers"));
    }

    private Instant now() {
        return parts.wall().instant().truncatedTo(ChronoUnit.MILLIS); // as Kafka counts
    }

    @Override
    public void close() {
        table.close();
        pools.close();
    }
}
