package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.replay.End;
import dev.sluice.replay.ReplayProgress.Span;
import dev.sluice.replay.Selection;
import dev.sluice.replay.kafka.RequestWalk.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/** The requests of a log, for people who look something up. */
public final class RequestList {

    /**
     * A request as one line tells of it.
     *
     * @param bodyBytes of its body
     */
    public record Listed(
            RequestId id,
            Instant queuedAt,
            String method,
            String target,
            int bodyBytes,
            Optional<RequestId> replayOf,
            End end) {

        static Listed of(RequestId id, Instant queuedAt, RequestEvent event, End end) {
            return new Listed(
                    id,
                    queuedAt,
                    event.method(),
                    event.target(),
                    event.body().size(),
                    event.replayOf().map(replay -> replay.original()),
                    end);
        }
    }

    // the newest second first, then four times as much, and so on: a busy log is not read whole
    private static final Duration FIRST_WINDOW = Duration.ofSeconds(1);
    private static final int WIDER = 4;
    // nothing is kept for longer, but for what is queued
    private static final Duration OLDEST = Duration.ofDays(366);

    private final KafkaClients clients;
    private final Admin admin;
    private final Layout layout;

    public RequestList(KafkaClients clients, Admin admin) {
        this.clients = clients;
        this.admin = admin;
        this.layout = new Layout(admin, clients.settings());
    }

    /**
     * The newest requests of a selection, the oldest of them first.
     *
     * @param limit at most so many
     */
    public List<Listed> newest(Selection selection, int limit, Instant now)
            throws LogReadException, InterruptedException {
        if (!selection.ids().isEmpty()) {
            return read(selection, limit, now);
        }
        Instant end = selection.to().orElse(now);
        Instant oldest = selection.from().orElse(Instant.EPOCH);
        var found = new ArrayDeque<Listed>();
        Duration back = FIRST_WINDOW;
        while (found.size() < limit && end.isAfter(oldest)) {
            Instant start = back.compareTo(OLDEST) > 0 ? oldest : now.minus(back);
            start = start.isBefore(oldest) ? oldest : start;
            if (start.isBefore(end)) {
                List<Listed> older = read(selection.within(start, end), limit - found.size(), now);
                older.reversed().forEach(found::addFirst);
                end = start;
            }
            back = back.multipliedBy(WIDER);
        }
        return List.copyOf(found);
    }

    /** The newest of a part of the log, all of which is read. */
    private List<Listed> read(Selection selection, int limit, Instant now)
            throws LogReadException, InterruptedException {
        Map<TopicPartition, Span> source = layout.source(selection);
        if (source.values().stream().allMatch(span -> span.left() == 0)) {
            return List.of();
        }
        Deque<Listed> newest = new ArrayDeque<>();
        try (var walk =
                new RequestWalk(
                        clients,
                        admin,
                        selection,
                        source,
                        selection.from().orElse(Instant.EPOCH),
                        selection.to().orElse(now),
                        () -> false)) {
            while (true) {
                switch (walk.next()) {
                    case Step.Nothing n -> {
                        return new ArrayList<>(newest);
                    }
                    case Step.Met met -> {
                        if (isMeant(selection, met.end())) {
                            newest.add(Listed.of(met.id(), met.at(), met.event(), met.end()));
                        }
                        if (newest.size() > limit) {
                            newest.remove();
                        }
                        walk.passed();
                    }
                    case Step.Passed p -> {}
                    case Step.NotYet n -> {}
                }
            }
        }
    }

    /** Here all is shown that no criterion keeps out, also what has not ended or was never sent. */
    static boolean isMeant(Selection selection, End end) {
        return (selection.statuses().isEmpty() && selection.node().isEmpty())
                || selection.hasEnd(end);
    }
}
