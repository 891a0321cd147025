package dev.sluice.worker.gatehouse;

import dev.sluice.worker.gate.Gate;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The grants that are out: at which gate each was made, and for whom. */
final class GrantsOut {

    /**
     * One of them.
     *
     * @param abandonedNanos when nobody can have it in flight any more, if its worker is gone
     */
    private record Out(
            Gate gate, String worker, int bodyBytes, long atNanos, OptionalLong abandonedNanos) {

        Out heldUntil(OptionalLong nanos) {
            return new Out(gate, worker, bodyBytes, atNanos, nanos);
        }
    }

    private final Map<Long, Out> out = new HashMap<>();
    private final long slotNanos;

    /**
     * None.
     *
     * @param slotNanos how long after it was made a grant can be in flight at the most
     */
    GrantsOut(long slotNanos) {
        this.slotNanos = slotNanos;
    }

    void add(long grant, Gate gate, Ticket ticket, long nowNanos) {
        var of = new Out(gate, ticket.id().worker(), ticket.bodyBytes(), nowNanos, none());
        out.put(grant, of);
    }

    /** A worker says what it has in flight; of anything else it has not, nothing is out. */
    void confirm(
            String worker,
            Collection<Flight> inFlight,
            Function<String, @Nullable Gate> gates,
            long nowNanos) {
        var others = new HashMap<Long, Out>();
        out.forEach(
                (grant, of) -> {
                    if (of.worker.equals(worker)) {
                        others.put(grant, of);
                    }
                });
        for (Flight flight : inFlight) {
            Out known = others.remove(flight.grant());
            if (known != null) {
                out.put(flight.grant(), known.heldUntil(none()));
                continue;
            }
            Gate gate = gates.apply(flight.node());
            if (gate != null) {
                gate.adopt(flight.grant());
                out.put(flight.grant(), new Out(gate, worker, 0, nowNanos, none()));
            }
        }
        others.forEach(
                (grant, of) -> {
                    // it ended, or never reached the worker, while the two could not talk
                    out.remove(grant);
                    of.gate.abandoned(grant);
                });
    }

    /** Nothing is heard of the worker any more: what it may have in flight keeps its slots. */
    void gone(String worker) {
        out.replaceAll(
                (grant, of) ->
                        of.worker.equals(worker) && of.abandonedNanos.isEmpty()
                                ? of.heldUntil(OptionalLong.of(of.atNanos + slotNanos))
                                : of);
    }

    /** Gives up those whose time is over. */
    void advance(long nowNanos) {
        out.entrySet()
                .removeIf(
                        entry -> {
                            OptionalLong until = entry.getValue().abandonedNanos;
                            if (until.isEmpty() || until.getAsLong() - nowNanos > 0) {
                                return false;
                            }
                            entry.getValue().gate.abandoned(entry.getKey());
                            return true;
                        });
    }

    void written(long grant, long atNanos) {
        Out of = out.get(grant);
        if (of != null) {
            of.gate.written(grant, of.bodyBytes, atNanos);
        }
    }

    /** Of one that is not known here it was said before that it is over. */
    void ended(long grant, Gate.Ending ending, long nowNanos) {
        Out of = out.remove(grant);
        if (of != null) {
            of.gate.ended(grant, ending, nowNanos);
        }
    }

    /** How many each worker has at each node. */
    Map<String, Map<String, Integer>> counts() {
        var counts = new HashMap<String, Map<String, Integer>>();
        for (Out of : out.values()) {
            counts.computeIfAbsent(of.worker, w -> new HashMap<>())
                    .merge(of.gate.spec().id(), 1, Integer::sum);
        }
        return counts;
    }

    private static OptionalLong none() {
        return OptionalLong.empty();
    }
}
