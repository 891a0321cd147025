package dev.sluice.worker.gate;

import dev.sluice.protocol.NodeSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * A node's two paces, of requests and of bytes, and what earlier keepers may have taken from them.
 */
final class Pacing {

    // when what is unknown has become little enough is found as exactly as this
    private static final long FITS_STEP_NANOS = 100_000L;

    private final GateSettings settings;
    private final long beganNanos;
    private NodeSpec spec;
    private Pace requests;
    private Pace bytes;
    private final List<Unknown> unknown = new ArrayList<>(); // none: all that counts is known

    Pacing(NodeSpec spec, GateSettings settings, long unknownUntilNanos, long nowNanos) {
        this.spec = spec;
        this.settings = settings;
        this.beganNanos = unknownUntilNanos;
        unknown.add(Unknown.allBefore(unknownUntilNanos, spec.rpm(), spec.bpm()));
        this.requests = new Pace(spec.id() + ".rpm", spec.rpm(), nowNanos);
        this.bytes = new Pace(spec.id() + ".bpm", spec.bpm(), nowNanos);
    }

    void respecify(NodeSpec newSpec, long nowNanos) {
        spec = newSpec;
        requests = resumed(".rpm", spec.rpm(), requests.state(nowNanos));
        bytes = resumed(".bpm", spec.bpm(), bytes.state(nowNanos));
    }

    void unknownUntil(long nowNanos) {
        unknown.add(Unknown.allBefore(nowNanos, spec.rpm(), spec.bpm()));
    }

    void allKnown() {
        unknown.clear();
    }

    /**
     * Goes on where an earlier keeper stood.
     *
     * @param knownUntilNanos what it granted after this, until this gate began, is reckoned with
     */
    void goOn(
            PaceState requestsStood,
            PaceState bytesStood,
            List<Unknown> unknownThen,
            long knownUntilNanos,
            long nowNanos) {
        requests = resumed(".rpm", spec.rpm(), requestsStood);
        bytes = resumed(".bpm", spec.bpm(), bytesStood);
        unknown.clear();
        unknown.addAll(unknownThen);
        if (beganNanos - knownUntilNanos <= 0) {
            return;
        }
        // the clocks were compared with that much doubt
        long doubt = requestsStood.asOfNanos() - knownUntilNanos;
        long mostRequests = requestsStood.mostUntil(beganNanos + doubt);
        long mostBytes = bytesStood.mostUntil(beganNanos + doubt);
        requests.take(Math.max(0, requests.spare(nowNanos)), nowNanos);
        bytes.take(Math.max(0, bytes.spare(nowNanos)), nowNanos);
        if (mostRequests > 0) {
            unknown.add(
                    new Unknown(
                            knownUntilNanos,
                            beganNanos,
                            true,
                            new Unknown.Most(requestsStood.perMinute(), mostRequests),
                            new Unknown.Most(bytesStood.perMinute(), mostBytes)));
        }
    }

    /** An earlier keeper had not granted anything to the node until then. */
    void nothingUntil(long knownUntilNanos, long nowNanos) {
        goOn(
                new Pace("", spec.rpm(), knownUntilNanos).state(knownUntilNanos),
                new Pace("", spec.bpm(), knownUntilNanos).state(knownUntilNanos),
                List.of(),
                knownUntilNanos,
                nowNanos);
    }

    long waitNanos(int bodyBytes, long nowNanos) {
        long wait = requests.waitNanos(nowNanos);
        // a debt in bytes does not hold back what has none
        return bodyBytes > 0 ? Math.max(wait, bytes.waitNanos(nowNanos)) : wait;
    }

    void take(int bodyBytes, long nowNanos) {
        requests.take(1, nowNanos);
        bytes.take(bodyBytes, nowNanos);
    }

    PaceState requestsState(long nowNanos) {
        return requests.state(nowNanos);
    }

    PaceState bytesState(long nowNanos) {
        return bytes.state(nowNanos);
    }

    /** What earlier keepers may have sent that still counts and is not in the record. */
    List<Unknown> unknown(long nowNanos) {
        unknown.removeIf(past -> past.isOver(settings, nowNanos));
        return unknown;
    }

    boolean isUnknown(long nowNanos) {
        return !unknown(nowNanos).isEmpty();
    }

    /** The most requests of these. */
    long unknownRequests(long nowNanos) {
        long most = 0;
        for (Unknown past : unknown) {
            most += past.requests(settings, nowNanos);
        }
        return most;
    }

    /** The most bytes of these. */
    long unknownBytes(long nowNanos) {
        long most = 0;
        for (Unknown past : unknown) {
            most += past.bytes(settings, nowNanos);
        }
        return most;
    }

    /**
     * Nanoseconds until time alone has made what is unknown so little; {@link Long#MAX_VALUE} if it
     * is not what takes the room.
     */
    long untilUnknownFits(long requestsMost, long bytesMost, long nowNanos) {
        if (requestsMost < 0 || bytesMost < 0 || !isUnknown(nowNanos)) {
            return Long.MAX_VALUE;
        }
        long tooMuch = 0;
        long fits = 0;
        for (Unknown past : unknown) {
            fits = Math.max(fits, past.untilNanos() - nowNanos + settings.countsNanos());
        }
        // it only ever becomes less
        while (fits - tooMuch > FITS_STEP_NANOS) {
            long middle = tooMuch + (fits - tooMuch) / 2;
            long then = nowNanos + middle;
            if (unknownRequests(then) <= requestsMost && unknownBytes(then) <= bytesMost) {
                fits = middle;
            } else {
                tooMuch = middle;
            }
        }
        return fits;
    }

    private Pace resumed(String kind, long perMinute, PaceState stood) {
        return Pace.resumed(spec.id() + kind, perMinute, stood);
    }
}
