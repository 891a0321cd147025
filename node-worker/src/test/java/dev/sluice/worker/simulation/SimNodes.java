package dev.sluice.worker.simulation;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.dispatch.AttemptOutcome;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The nodes: they count what arrives, by true time, and answer, or do not. */
final class SimNodes {

    /** A request as a node counts it; late, if its worker stood still right before the write. */
    record Arrival(long nanos, int bytes, boolean late) {}

    /** Limits that are in force from then on; for a node that is gone they are 0. */
    record Limits(long fromNanos, int rpm, long bpm) {}

    /** How a node behaves. */
    enum Mood {
        WELL,
        SLOW,
        FAILING,
        THROTTLING,
        REFUSING
    }

    /** One of them. */
    static final class Node {
        final List<Arrival> arrivals = new ArrayList<>();
        final List<Limits> limits = new ArrayList<>();
        NodeSpec spec;
        boolean present = true;
        Mood mood = Mood.WELL;
        int inFlight;
        int mostInFlight;

        Node(NodeSpec spec) {
            this.spec = spec;
        }
    }

    private final FleetRun run;
    private final Agenda agenda;
    final Map<String, Node> all = new TreeMap<>();

    SimNodes(FleetRun run) {
        this.run = run;
        this.agenda = run.agenda;
    }

    void add(String id, PoolName pool, int rpm, long bpm) {
        URI url = URI.create("http://127.0.0.1:1");
        int slots = Math.max(6, rpm / 40);
        var node = new Node(new NodeSpec(id, pool, url, rpm, bpm, slots, Optional.empty()));
        node.limits.add(new Limits(0, rpm, bpm));
        all.put(id, node);
    }

    List<NodeSpec> specs() {
        return all.values().stream().filter(n -> n.present).map(n -> n.spec).toList();
    }

    /** Other limits; each process hears of them when it does. */
    void change(String id, int rpm, long bpm) {
        Node node = node(id);
        NodeSpec of = node.spec;
        node.spec =
                new NodeSpec(id, of.pool(), of.url(), rpm, bpm, of.maxInFlight(), of.credential());
        node.limits.add(new Limits(agenda.now(), rpm, bpm));
        tellAll();
    }

    void present(String id, boolean present) {
        node(id).present = present;
        tellAll();
    }

    private void tellAll() {
        for (SimProcess process : run.processes) {
            hear(process);
        }
    }

    private void hear(SimProcess process) {
        process.run(
                agenda.usually(2 * Agenda.MS, 50 * Agenda.MS, 1500 * Agenda.MS),
                () -> {
                    if (process.reachesBroker()) {
                        process.nodes(specs());
                    } else {
                        hear(process);
                    }
                });
    }

    boolean refuses(String id) {
        return node(id).mood == Mood.REFUSING;
    }

    void write(SimSending sending, boolean late) {
        Node node = node(sending.grant.node().id());
        int bytes = sending.request.event().body().size();
        long way = agenda.usually(100_000, 3 * Agenda.MS, FleetRun.GATES.wayMargin().toNanos());
        agenda.after(
                way,
                () -> {
                    node.arrivals.add(new Arrival(agenda.now(), bytes, late));
                    node.inFlight++;
                    node.mostInFlight = Math.max(node.mostInFlight, node.inFlight);
                    long service = service(node.mood);
                    agenda.after(
                            service,
                            () -> {
                                node.inFlight--;
                                AttemptOutcome outcome = outcome(node.mood);
                                sending.worker.process.run(
                                        agenda.between(100_000, 3 * Agenda.MS),
                                        () -> sending.end(outcome));
                            });
                });
    }

    private long service(Mood mood) {
        return mood == Mood.SLOW
                ? agenda.between(300 * Agenda.MS, 3 * Agenda.SECOND)
                : agenda.usually(5 * Agenda.MS, 200 * Agenda.MS, 600 * Agenda.MS);
    }

    private AttemptOutcome outcome(Mood mood) {
        int draw = agenda.random.nextInt(4);
        return switch (mood) {
            case FAILING ->
                    switch (draw) {
                        case 0 -> new AttemptOutcome.Delivered(answer(503));
                        case 1 -> new AttemptOutcome.Unreachable("reset", true);
                        case 2 -> new AttemptOutcome.Garbled("not HTTP");
                        default -> new AttemptOutcome.Delivered(answer(200));
                    };
            case THROTTLING ->
                    draw == 0
                            ? new AttemptOutcome.Throttled(
                                    answer(429),
                                    Optional.of(Duration.ofMillis(agenda.between(10, 2000))))
                            : new AttemptOutcome.Delivered(answer(200));
            case WELL, SLOW, REFUSING -> new AttemptOutcome.Delivered(answer(200));
        };
    }

    private static Answer answer(int status) {
        return new Answer(status, List.of(), Body.EMPTY);
    }

    Node node(String id) {
        return Objects.requireNonNull(all.get(id));
    }
}
