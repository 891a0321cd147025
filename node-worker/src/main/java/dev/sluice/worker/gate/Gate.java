package dev.sluice.worker.gate;

import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The gate of one node: it knows what the node was sent and says when the next request may go.
 *
 * <p>A request passes when all of it allow: pace in requests and in bytes, the exact record of the
 * last 60 s, a slot in flight, the breaker, the cool-down after a {@code 429}, health. It takes
 * from all or from none. Not safe for use by several threads.
 */
public final class Gate {

    /** How a grant ended, as far as the gate minds. */
    public enum Ending {
        /** Never written to the node: it did not see it. */
        UNSENT,
        /** Not even a connection: the node did not see it, and is in trouble. */
        REFUSED,
        /** The node answered. */
        ANSWERED,
        /** Written, and no answer. */
        NO_ANSWER
    }

    /** What a gate shows of itself. */
    public record Figures(
            NodeSpec spec,
            NodeHealth.State health,
            int inFlight,
            long requestsInWindow,
            long bytesInWindow,
            String breaker,
            boolean coolingDown) {}

    private final GateSettings settings;
    private final SentWindow window;
    private final Breaker breaker;
    private final Map<Long, Long> inFlight = new HashMap<>(); // grant to its era at the breaker
    private NodeSpec spec;
    private Pace requestPace;
    private Pace bytePace;
    private NodeHealth.State health = NodeHealth.State.UNKNOWN;
    private OptionalLong closedUntil = OptionalLong.empty();
    private OptionalLong knownFrom; // empty: all that still counts is known

    /**
     * A gate that knows nothing of the past.
     *
     * @param knownFromNanos what the node was sent before, perhaps by an earlier keeper, is not
     *     known; until it does not count any more, the gate reckons with the most that a gate like
     *     this may have let through
     */
    public Gate(NodeSpec spec, GateSettings settings, long knownFromNanos, long nowNanos) {
        this.spec = spec;
        this.settings = settings;
        this.knownFrom = OptionalLong.of(knownFromNanos);
        this.window = new SentWindow(settings.wayMargin().toNanos());
        this.breaker = new Breaker(spec.id(), settings.breakerOpen(), nowNanos);
        this.requestPace = new Pace(spec.id() + ".rpm", spec.rpm(), nowNanos);
        this.bytePace = new Pace(spec.id() + ".bpm", spec.bpm(), nowNanos);
    }

    public NodeSpec spec() {
        return spec;
    }

    /** Takes another specification of the same node; the record of what was sent stays. */
    public void respecify(NodeSpec newSpec, long nowNanos) {
        if (newSpec.rpm() != spec.rpm()) {
            requestPace = new Pace(newSpec.id() + ".rpm", newSpec.rpm(), nowNanos);
        }
        if (newSpec.bpm() != spec.bpm()) {
            bytePace = new Pace(newSpec.id() + ".bpm", newSpec.bpm(), nowNanos);
        }
        spec = newSpec;
    }

    /** Another keeper may have sent to the node until now; what it sent is not known here. */
    public void knownFrom(long nowNanos) {
        knownFrom = OptionalLong.of(nowNanos);
    }

    /** Nobody has sent anything to the node that is not known here. */
    public void allKnown() {
        knownFrom = OptionalLong.empty();
    }

    public void health(NodeHealth.State state, long nowNanos) {
        if (state == NodeHealth.State.HEALTHY && health != NodeHealth.State.HEALTHY) {
            breaker.tryAgain(nowNanos);
        }
        health = state;
    }

    /** Closes the gate until then, as the node asked for; never shortens what was asked before. */
    public void closeUntil(long untilNanos) {
        if (closedUntil.isEmpty() || untilNanos - closedUntil.getAsLong() > 0) {
            closedUntil = OptionalLong.of(untilNanos);
        }
    }

    /** Whether the node is there at all, leaving its limits aside. */
    public boolean usable() {
        return health != NodeHealth.State.UNHEALTHY;
    }

    /** When a request of this size may pass. */
    public Opening opening(int bodyBytes, long nowNanos) {
        if (bodyBytes > spec.bpm()) {
            return Opening.Never.INSTANCE;
        }
        window.advance(nowNanos);
        if (!usable() || inFlight.size() >= spec.maxInFlight()) {
            return Opening.OnChange.INSTANCE;
        }
        if (closedUntil.isPresent()) {
            if (closedUntil.getAsLong() - nowNanos > 0) {
                return new Opening.At(closedUntil.getAsLong());
            }
            closedUntil = OptionalLong.empty();
        }
        long unknownNanos = unknownNanos(nowNanos);
        long requests = window.requests() + unknownRequests(unknownNanos);
        long bytes = window.bytes() + unknownBytes(unknownNanos);
        if (requests >= spec.rpm() || bytes + bodyBytes > spec.bpm()) {
            if (unknownNanos > 0) {
                return new Opening.At(nowNanos + SentWindow.STEP_NANOS);
            }
            OptionalLong change = window.nextChange();
            return change.isPresent()
                    ? new Opening.At(change.getAsLong())
                    : Opening.OnChange.INSTANCE;
        }
        long wait = requestPace.waitNanos(nowNanos);
        if (bodyBytes > 0) {
            wait = Math.max(wait, bytePace.waitNanos(nowNanos));
        }
        return wait > 0 ? new Opening.At(nowNanos + wait) : breaker.opening(nowNanos);
    }

    /** Lets one through if the gate is open for it: takes from all, or from none. */
    public boolean tryTake(long grant, int bodyBytes, long nowNanos) {
        if (!(opening(bodyBytes, nowNanos) instanceof Opening.Now)) {
            return false;
        }
        requestPace.take(1, nowNanos);
        bytePace.take(bodyBytes, nowNanos);
        window.granted(grant, bodyBytes);
        inFlight.put(grant, breaker.take(nowNanos));
        return true;
    }

    /** The worker is about to write it. */
    public void written(long grant, long atNanos) {
        window.written(grant, atNanos);
    }

    /** The grant is over; it is an error to end one twice. */
    public void ended(long grant, Ending ending, long nowNanos) {
        Long era = inFlight.remove(grant);
        if (era == null) {
            throw new IllegalStateException("not in flight at " + spec.id() + ": " + grant);
        }
        switch (ending) {
            case UNSENT -> {
                window.unsent(grant);
                breaker.release(era);
            }
            case REFUSED -> {
                window.unsent(grant);
                breaker.ended(era, false, nowNanos);
            }
            case ANSWERED -> {
                window.answered(grant, nowNanos);
                breaker.ended(era, true, nowNanos);
            }
            case NO_ANSWER -> {
                window.answered(grant, nowNanos);
                breaker.ended(era, false, nowNanos);
            }
        }
    }

    /** Load for its size, 0 to 1: what the choice among open gates goes by. */
    public double load() {
        return (double) inFlight.size() / spec.maxInFlight();
    }

    /** How much of its requests a minute is used, 0 to 1. */
    public double used() {
        return (double) window.requests() / spec.rpm();
    }

    public int inFlight() {
        return inFlight.size();
    }

    public Figures figures(long nowNanos) {
        window.advance(nowNanos);
        return new Figures(
                spec,
                health,
                inFlight.size(),
                window.requests(),
                window.bytes(),
                breaker.state().name().toLowerCase(java.util.Locale.ROOT),
                closedUntil.isPresent() && closedUntil.getAsLong() - nowNanos > 0);
    }

    /** How much of the time that still counts is not known. */
    private long unknownNanos(long nowNanos) {
        if (knownFrom.isEmpty()) {
            return 0;
        }
        // one margin for the way to the node, one from the grant to the write
        long counts = SentWindow.WINDOW_NANOS + 2 * settings.wayMargin().toNanos();
        long unknown = counts - (nowNanos - knownFrom.getAsLong());
        if (unknown <= 0) {
            knownFrom = OptionalLong.empty();
            return 0;
        }
        return unknown;
    }

    private long unknownRequests(long nanos) {
        return Math.min(spec.rpm(), requestPace.most(nanos));
    }

    private long unknownBytes(long nanos) {
        long most = bytePace.most(nanos);
        return most == 0 ? 0 : Math.min(spec.bpm(), most + settings.largestBodyBytes());
    }
}
