package dev.sluice.worker.gate;

/**
 * What earlier keepers may have let through that nobody has told: between two moments, at these
 * rates, at most so much.
 *
 * @param fromNanos all before this is known; only where {@code bounded}
 * @param untilNanos nobody but the present keeper has granted anything since
 * @param bounded whether there is a beginning to it, and an amount
 * @param requests of these
 * @param bytes of these
 */
public record Unknown(long fromNanos, long untilNanos, boolean bounded, Most requests, Most bytes) {

    /**
     * How much of one kind.
     *
     * @param perMinute the rate at which it may have passed
     * @param units in the whole time
     */
    public record Most(long perMinute, long units) {

        long in(long nanos) {
            return units == 0 ? 0 : Math.min(units, Pace.most(perMinute, nanos));
        }
    }

    /** Nothing is known of what was before; the limits are taken to have been the same. */
    static Unknown allBefore(long untilNanos, long rpm, long bpm) {
        return new Unknown(
                0, untilNanos, false, new Most(rpm, Long.MAX_VALUE), new Most(bpm, Long.MAX_VALUE));
    }

    /** The same by a clock that shows so much more. */
    Unknown shifted(long byNanos) {
        return new Unknown(fromNanos + byNanos, untilNanos + byNanos, bounded, requests, bytes);
    }

    boolean isOver(GateSettings settings, long nowNanos) {
        return nanosThatCount(settings, nowNanos) <= 0;
    }

    /** The most requests of these that still count. */
    long requests(GateSettings settings, long nowNanos) {
        return requests.in(nanosThatCount(settings, nowNanos));
    }

    /** The most bytes of these: the last one may have been larger than what was left. */
    long bytes(GateSettings settings, long nowNanos) {
        long most = bytes.in(nanosThatCount(settings, nowNanos));
        // no more than the limit in all: it held then, too
        long largest = Math.min(settings.largestBodyBytes(), bytes.perMinute());
        return most == 0 ? 0 : Math.min(bytes.perMinute(), most + largest);
    }

    /** How much of the unknown time still counts; nothing when it is over. */
    private long nanosThatCount(GateSettings settings, long nowNanos) {
        long left = settings.countsNanos() - (nowNanos - untilNanos);
        return bounded ? Math.min(left, untilNanos - fromNanos) : left;
    }
}
