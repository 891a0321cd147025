package dev.sluice.worker.link;

/**
 * How another process's monotonic clock stands to ours: between two bounds that follow from when
 * frames were written and read, as in NTP (RFC 5905, section 8), but kept apart instead of
 * averaged.
 *
 * <p>The tightest bounds of the last ten to twenty seconds count: older ones would forget that
 * clocks drift. Not safe for use by several threads.
 */
public final class PeerClock {

    private static final long TURN_NANOS = 10_000_000_000L;

    /**
     * How another clock stands to ours.
     *
     * @param mostNanos ours shows so much more, at the most
     * @param doubtNanos it may be so much less
     */
    public record Shift(long mostNanos, long doubtNanos) {}

    /** Bounds of what our clock shows more than theirs. */
    private static final class Bounds {
        long least;
        long most;
        boolean hasLeast;
        boolean hasMost;

        void least(long nanos) {
            least = hasLeast ? later(least, nanos) : nanos;
            hasLeast = true;
        }

        void most(long nanos) {
            most = hasMost ? earlier(most, nanos) : nanos;
            hasMost = true;
        }
    }

    private Bounds latest = new Bounds();
    private Bounds before = new Bounds();
    private long turnNanos;
    private boolean begun;

    /** A frame was read that its writer began at this moment of its clock. */
    public void heard(long theirsNanos, long oursNanos) {
        turn(oursNanos);
        latest.most(oursNanos - theirsNanos);
    }

    /** A frame that we began at this moment of ours was read at that moment of theirs. */
    public void echoed(long oursNanos, long theirsNanos, long nowNanos) {
        turn(nowNanos);
        latest.least(oursNanos - theirsNanos);
    }

    /** Whether both bounds are known. */
    public boolean isKnown() {
        return (latest.hasLeast || before.hasLeast) && (latest.hasMost || before.hasMost);
    }

    /** Our time of a moment of theirs, or later. */
    public long late(long theirsNanos) {
        return theirsNanos + most();
    }

    /** Our time of a moment of theirs, or earlier. */
    public long early(long theirsNanos) {
        return theirsNanos + least();
    }

    /** How their clock stands to ours. */
    public Shift shift() {
        return new Shift(most(), Math.max(0, most() - least()));
    }

    private long most() {
        require();
        if (!latest.hasMost || !before.hasMost) {
            return latest.hasMost ? latest.most : before.most;
        }
        return earlier(latest.most, before.most);
    }

    private long least() {
        require();
        if (!latest.hasLeast || !before.hasLeast) {
            return latest.hasLeast ? latest.least : before.least;
        }
        return later(latest.least, before.least);
    }

    private void require() {
        if (!isKnown()) {
            throw new IllegalStateException("the clocks were not compared yet");
        }
    }

    private void turn(long nowNanos) {
        if (!begun) {
            begun = true;
            turnNanos = nowNanos;
        } else if (nowNanos - turnNanos > TURN_NANOS) {
            before = latest;
            latest = new Bounds();
            turnNanos = nowNanos;
        }
    }

    private static long earlier(long a, long b) {
        return a - b <= 0 ? a : b;
    }

    private static long later(long a, long b) {
        return a - b >= 0 ? a : b;
    }
}
