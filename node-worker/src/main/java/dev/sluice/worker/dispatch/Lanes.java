package dev.sluice.worker.dispatch;

import dev.sluice.protocol.RequestsTopic;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The lanes of one worker: requests that wait to be sent, the oldest of each lane with a ticket at
 * the gatehouse.
 */
final class Lanes {

    /** The requests of one requests topic that wait here. */
    private static final class Lane {
        final TreeSet<Pending> ready = new TreeSet<>(Pending.OLDEST_FIRST);
        final TreeSet<Pending> ticketed = new TreeSet<>(Pending.OLDEST_FIRST);
    }

    private final String worker;
    private final int ticketsMax;
    private final Actions actions;
    private final Map<RequestsTopic, Lane> lanes = new HashMap<>(); // none that is empty
    private boolean paused;

    Lanes(String worker, int ticketsMax, Actions actions) {
        this.worker = worker;
        this.ticketsMax = ticketsMax;
        this.actions = actions;
    }

    /** A request that is READY takes its place. */
    void add(Pending request) {
        lanes.computeIfAbsent(request.position().topic(), t -> new Lane()).ready.add(request);
    }

    /**
     * A request leaves, if it is here; its ticket is taken back unless the gatehouse dropped it.
     */
    void leave(Pending request, boolean ticketIsGone) {
        RequestsTopic topic = request.position().topic();
        Lane lane = lanes.get(topic);
        if (lane == null) {
            return;
        }
        lane.ready.remove(request);
        if (lane.ticketed.remove(request) && !ticketIsGone) {
            actions.withdraw(topic.pool(), new TicketId(worker, request.number()));
        }
        if (lane.ready.isEmpty() && lane.ticketed.isEmpty()) {
            lanes.remove(topic);
        }
    }

    void pause(boolean pause) {
        paused = pause;
        if (!pause) {
            fillAll();
        }
    }

    void fillAll() {
        List.copyOf(lanes.keySet()).forEach(this::fill);
    }

    /** Hands in tickets for the oldest, as many as may be out; an older one always goes. */
    void fill(RequestsTopic topic) {
        Lane lane = lanes.get(topic);
        while (lane != null && !paused && !lane.ready.isEmpty()) {
            Pending oldest = lane.ready.first();
            int out = lane.ticketed.size();
            boolean overtakes =
                    out < 2 * ticketsMax
                            && out > 0
                            && Pending.OLDEST_FIRST.compare(oldest, lane.ticketed.last()) < 0;
            if (out >= ticketsMax && !overtakes) {
                return;
            }
            lane.ready.remove(oldest);
            oldest.become(Pending.State.TICKETED);
            lane.ticketed.add(oldest);
            actions.handIn(
                    topic.pool(),
                    new Ticket(
                            new TicketId(worker, oldest.number()),
                            topic.lane(),
                            oldest.appendedAtMs(),
                            oldest.event().body().size(),
                            oldest.avoid()));
        }
    }
}
