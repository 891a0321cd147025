package dev.sluice.worker.simulation;

import dev.sluice.worker.link.Frame;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ways between processes: delays, cuts, stalls of one direction. */
final class Network {

    private record Way(String from, String to) {}

    private final Agenda agenda;
    private final Map<Way, Long> stalled = new HashMap<>(); // until when nothing gets through

    Network(Agenda agenda) {
        this.agenda = agenda;
    }

    void send(LinkEnd from, LinkEnd to, Frame frame) {
        to.arrives(Optional.of(frame), arrival(from, to));
    }

    void close(LinkEnd from, LinkEnd to) {
        to.arrives(Optional.empty(), arrival(from, to));
    }

    private long arrival(LinkEnd from, LinkEnd to) {
        long free = stalled.getOrDefault(new Way(from.at.name, to.at.name), 0L);
        return Math.max(agenda.now(), free)
                + agenda.usually(100_000, 2 * Agenda.MS, 400 * Agenda.MS);
    }

    boolean isOpen(SimProcess from, SimProcess to) {
        return isOpen(from.name, to.name) && isOpen(to.name, from.name);
    }

    private boolean isOpen(String from, String to) {
        return stalled.getOrDefault(new Way(from, to), 0L) <= agenda.now();
    }

    /** Nothing gets from the one to the other until then; TCP brings it afterwards. */
    void stall(SimProcess from, SimProcess to, long untilNanos) {
        stalled.merge(new Way(from.name, to.name), untilNanos, Math::max);
    }

    /** What connections there are between the two break at once. */
    static void breakAll(SimProcess one, SimProcess other) {
        for (SimProcess process : List.of(one, other)) {
            for (LinkEnd end : List.copyOf(process.ends)) {
                if (end.isBetween(one, other)) {
                    process.run(0, end::close);
                }
            }
        }
    }
}
