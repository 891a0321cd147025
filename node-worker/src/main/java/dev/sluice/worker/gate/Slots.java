package dev.sluice.worker.gate;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** The places in flight at one node: who has one, and which are kept for those not heard yet. */
final class Slots {

    /** Of a worker that has not said yet what it has in flight. */
    private record Reserved(int slots, long untilNanos) {}

    // of a grant that an earlier keeper made: no era of this gate's breaker
    private static final long NO_ERA = -1;

    private final Map<Long, Long> inFlight = new HashMap<>(); // grant to its era at the breaker
    private final Map<String, Reserved> reserved = new HashMap<>(); // by worker

    void take(long grant, long era) {
        if (inFlight.put(grant, era) != null) {
            throw new IllegalStateException("taken twice: " + grant);
        }
    }

    /** The grant is an earlier keeper's. */
    void adopt(long grant) {
        take(grant, NO_ERA);
    }

    /** Gives the slot back; the era in which it was taken, or nothing if it was not. */
    OptionalLong release(long grant) {
        Long era = inFlight.remove(grant);
        return era == null ? OptionalLong.empty() : OptionalLong.of(era);
    }

    void reserve(String worker, int slots, long untilNanos) {
        reserved.put(worker, new Reserved(slots, untilNanos));
    }

    void unreserve(String worker) {
        reserved.remove(worker);
    }

    /** Those that are taken or kept. */
    int count() {
        int count = inFlight.size();
        for (Reserved kept : reserved.values()) {
            count += kept.slots;
        }
        return count;
    }

    /** Lets go of slots that nobody has accounted for in time. */
    void advance(long nowNanos) {
        reserved.values().removeIf(kept -> kept.untilNanos - nowNanos <= 0);
    }
}
