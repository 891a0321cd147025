package dev.sluice.worker.link;

import org.jspecify.annotations.Nullable;

/**
 * How another process's monotonic clock stands to ours: between two bounds that follow from when
 * frames were written and read, as in NTP (RFC 5905, section 8), but kept apart instead of
 * averaged.
 *
 * <p>Clocks drift, so a bound grows looser with its age; the one that is tightest now counts. Not
 * safe for use by several threads.
 */
public final class PeerClock {

    // two clocks that are both being corrected, each by the 500 ppm that kernels allow (adjtimex)
    private static final long DRIFT_PER_MILLE = 1;

    /**
     * How another clock stands to ours.
     *
     * @param mostNanos ours shows so much more, at the most
     * @param doubtNanos it may be so much less
     */
    public record Shift(long mostNanos, long doubtNanos) {}

    /** A bound of what our clock shows more than theirs, as it was at a moment of ours. */
    private record Bound(long nanos, long atNanos) {

        long loosenedBy(long nowNanos) {
            return (nowNanos - atNanos) * DRIFT_PER_MILLE / 1000;
        }
    }

    private @Nullable Bound least;
    private @Nullable Bound most;
    private long nowNanos;

    /** A frame was read that its writer began at this moment of its clock. */
    public void heard(long theirsNanos, long oursNanos) {
        nowNanos = oursNanos;
        var next = new Bound(oursNanos - theirsNanos, oursNanos);
        if (most == null || next.nanos - most(most) <= 0) {
            most = next;
        }
    }

    /** A frame that we began at this moment of ours was read at that moment of theirs. */
    public void echoed(long oursNanos, long theirsNanos, long now) {
        nowNanos = now;
        var next = new Bound(oursNanos - theirsNanos, oursNanos);
        if (least == null || least(next) - least(least) >= 0) {
            least = next;
        }
    }

    /** Whether both bounds are known. */
    public boolean isKnown() {
        return least != null && most != null;
    }

    /** Our time of a moment of theirs, or later. */
    public long late(long theirsNanos) {
        return theirsNanos + most(known(most));
    }

    /** Our time of a moment of theirs, or earlier. */
    public long early(long theirsNanos) {
        return theirsNanos + least(known(least));
    }

    /** How their clock stands to ours. */
    public Shift shift() {
        long atMost = most(known(most));
        return new Shift(atMost, Math.max(0, atMost - least(known(least))));
    }

    private long most(Bound bound) {
        return bound.nanos + bound.loosenedBy(nowNanos);
    }

    private long least(Bound bound) {
        return bound.nanos - bound.loosenedBy(nowNanos);
    }

    private static Bound known(@Nullable Bound bound) {
        if (bound == null) {
            throw new IllegalStateException("the clocks were not compared yet");
        }
        return bound;
    }
}
