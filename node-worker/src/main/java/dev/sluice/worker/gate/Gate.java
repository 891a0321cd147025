package dev.sluice.worker.gate;

import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import java.util.List;
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
            boolean coolingDown,
            GateState state) {}

    private final GateSettings settings;
    private final SentWindow window;
    private final Breaker breaker;
    private final Pacing pacing;
    private final Slots slots = new Slots();
    private final Untold untold = new Untold();
    private NodeSpec spec;
    private NodeHealth.State health = NodeHealth.State.UNKNOWN;
    private OptionalLong closedUntil = OptionalLong.empty();

    /**
     * A gate that knows nothing of the past.
     *
     * @param unknownUntilNanos what the node was sent before, perhaps by an earlier keeper, is not
     *     known; until it does not count any more, the gate reckons with the most that a gate like
     *     this may have let through
     */
    public Gate(NodeSpec spec, GateSettings settings, long unknownUntilNanos, long nowNanos) {
        this.spec = spec;
        this.settings = settings;
        this.pacing = new Pacing(spec, settings, unknownUntilNanos, nowNanos);
        this.window = new SentWindow(settings);
        this.breaker = new Breaker(spec.id(), settings.breakerOpen(), nowNanos);
    }

    public NodeSpec spec() {
        return spec;
    }

    /** Takes another specification of the same node; the record of what was sent stays. */
    public void respecify(NodeSpec newSpec, long nowNanos) {
        pacing.respecify(newSpec, nowNanos);
        spec = newSpec;
    }

    /** Nobody has sent anything to the node that is not known here. */
    public void allKnown() {
        pacing.allKnown();
    }

    /** Others may have sent to the node until now, which nobody tells. */
    public void unknownUntil(long nowNanos) {
        pacing.unknownUntil(nowNanos);
    }

    /**
     * Goes on from what an earlier keeper knew; only before the first grant.
     *
     * @param knownUntilNanos what was granted after this, until the gate began, is not known, and
     *     reckoned with
     */
    public void goOn(NodeHistory history, long knownUntilNanos, long nowNanos) {
        if (untold.grantedAny()) {
            throw new IllegalStateException("it has granted by itself: " + spec.id());
        }
        history.sent().stream()
                .filter(sent -> sent.untilNanos() - nowNanos > 0)
                .forEach(window::add);
        history.closedUntil().ifPresent(this::closeUntil);
        pacing.goOn(
                history.requests(), history.bytes(), history.unknown(), knownUntilNanos, nowNanos);
    }

    /** An earlier keeper knew the pool's nodes then, and this was none of them. */
    public void newSince(long knownUntilNanos, long nowNanos) {
        pacing.nothingUntil(knownUntilNanos, nowNanos);
    }

    /** What is known of the node. */
    public NodeHistory history(long nowNanos) {
        window.advance(nowNanos);
        return history(window.told(nowNanos), nowNanos);
    }

    /** What has become known of the node since this was asked for the last time. */
    public NodeHistory newHistory(long nowNanos) {
        return history(untold.tell(nowNanos + settings.countsNanos()), nowNanos);
    }

    private NodeHistory history(List<Sent> sent, long nowNanos) {
        return new NodeHistory(
                spec.id(),
                pacing.requestsState(nowNanos),
                pacing.bytesState(nowNanos),
                sent,
                pacing.unknown(nowNanos),
                closedUntil);
    }

    /** A worker has these in flight under grants of an earlier keeper. */
    public void adopt(long grant) {
        slots.adopt(grant);
    }

    /** A worker may have so many in flight, and has not said so yet. */
    public void reserve(String worker, int count, long untilNanos) {
        slots.reserve(worker, count, untilNanos);
    }

    /** The worker has said what it has in flight. */
    public void unreserve(String worker) {
        slots.unreserve(worker);
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
        if (!usable() || inFlight() >= spec.maxInFlight()) {
            return Opening.OnChange.INSTANCE;
        }
        if (closedUntil.isPresent()) {
            if (closedUntil.getAsLong() - nowNanos > 0) {
                return new Opening.At(closedUntil.getAsLong());
            }
            closedUntil = OptionalLong.empty();
        }
        long requests = window.requests() + pacing.unknownRequests(nowNanos);
        long bytes = window.bytes() + pacing.unknownBytes(nowNanos);
        if (requests >= spec.rpm() || bytes + bodyBytes > spec.bpm()) {
            return whenLessCounts(bodyBytes, nowNanos);
        }
        long wait = pacing.waitNanos(bodyBytes, nowNanos);
        return wait > 0 ? new Opening.At(nowNanos + wait) : breaker.opening(nowNanos);
    }

    /** When some of the record does not count any more, or little enough is unknown. */
    private Opening whenLessCounts(int bodyBytes, long nowNanos) {
        long requests = spec.rpm() - 1 - window.requests();
        long bytes = spec.bpm() - bodyBytes - window.bytes();
        long fits = pacing.untilUnknownFits(requests, bytes, nowNanos);
        long wait = Math.min(fits, window.untilChange(nowNanos));
        return wait == Long.MAX_VALUE ? Opening.OnChange.INSTANCE : new Opening.At(nowNanos + wait);
    }

    /** Lets one through if the gate is open for it: takes from all, or from none. */
    public boolean tryTake(long grant, int bodyBytes, long nowNanos) {
        if (!(opening(bodyBytes, nowNanos) instanceof Opening.Now)) {
            return false;
        }
        pacing.take(bodyBytes, nowNanos);
        window.granted(grant, bodyBytes, nowNanos);
        untold.granted(bodyBytes);
        slots.take(grant, breaker.take(nowNanos));
        return true;
    }

    /** The worker has written it. */
    public void written(long grant, int bodyBytes, long atNanos) {
        if (window.isOpen(grant)) {
            window.written(grant, atNanos);
        } else {
            window.writtenLate(bodyBytes, atNanos);
        }
    }

    /** The grant is over; it is an error to end one twice. */
    public void ended(long grant, Ending ending, long nowNanos) {
        long era =
                slots.release(grant)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "not in flight at " + spec.id() + ": " + grant));
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

    /** The worker is gone and nobody knows how it went on: no word on the node. */
    public void abandoned(long grant) {
        slots.release(grant).ifPresent(breaker::release);
    }

    /** Load for its size, 0 to 1: what the choice among open gates goes by. */
    public double load() {
        return (double) inFlight() / spec.maxInFlight();
    }

    /** How much of its requests a minute is used, 0 to 1. */
    public double used() {
        return (double) window.requests() / spec.rpm();
    }

    /** Slots that are taken. */
    public int inFlight() {
        return slots.count();
    }

    /** Lets go of slots that nobody accounts for. */
    public void advance(long nowNanos) {
        slots.advance(nowNanos);
        window.advance(nowNanos);
    }

    /** Whether anything of it still counts. */
    public boolean isIdle(long nowNanos) {
        advance(nowNanos);
        return inFlight() == 0 && window.requests() == 0;
    }

    public Figures figures(long nowNanos) {
        window.advance(nowNanos);
        boolean cooling = closedUntil.isPresent() && closedUntil.getAsLong() - nowNanos > 0;
        boolean full = inFlight() >= spec.maxInFlight();
        Opening all = opening(0, nowNanos);
        return new Figures(
                spec,
                health,
                inFlight(),
                window.requests(),
                window.bytes(),
                breaker.state().name().toLowerCase(java.util.Locale.ROOT),
                cooling,
                GateState.of(usable(), full, cooling, breaker.opening(nowNanos), all));
    }
}
