package dev.sluice.chassis.pace;

import org.jspecify.annotations.Nullable;

/**
 * How one connection's client keeps up, looked at again and again: whether it takes too long over
 * the header fields of a request, over a body, or over reading an answer.
 *
 * <p>One owner; what it is told of the connection may be some moments old.
 */
public final class ConnectionPace {

    /**
     * The bounds.
     *
     * @param headNanos for the header fields of a request, from their first byte
     * @param graceNanos how long nothing need come, or be read
     * @param bytesPerSecond the least data rate of bodies and of answers
     */
    public record Bounds(long headNanos, long graceNanos, long bytesPerSecond) {}

    /**
     * What is seen of a connection.
     *
     * @param requests that were handled or are in hand
     * @param inHand whether a request is
     * @param bodyAwaited whether somebody waits, or had to wait, for its body
     * @param writeBlocked whether something is written that the client does not take
     * @param bytesIn in all
     * @param bytesOut in all
     */
    public record Seen(
            long requests,
            boolean inHand,
            boolean bodyAwaited,
            boolean writeBlocked,
            long bytesIn,
            long bytesOut) {}

    /** What is to be done about it. */
    public enum Verdict {
        IN_TIME,
        HEAD_TOO_SLOW,
        BODY_TOO_SLOW,
        READER_TOO_SLOW
    }

    private final Bounds bounds;
    private long requests;
    private long bytesAtRest;
    private long sinceNanos;
    private boolean headBegun;
    private @Nullable DataRate body;
    private @Nullable DataRate answer;

    /** Of a connection that is just open. */
    public ConnectionPace(Bounds bounds, long nowNanos) {
        this.bounds = bounds;
        this.sinceNanos = nowNanos;
    }

    /** Looks at it. */
    public Verdict look(long nowNanos, Seen seen) {
        if (isHeadTooSlow(nowNanos, seen)) {
            return Verdict.HEAD_TOO_SLOW;
        }
        if (isBodyTooSlow(nowNanos, seen)) {
            return Verdict.BODY_TOO_SLOW;
        }
        return isReaderTooSlow(nowNanos, seen) ? Verdict.READER_TOO_SLOW : Verdict.IN_TIME;
    }

    /** Whether the header fields of a request have begun to come and are not whole. */
    public boolean isInHead() {
        return headBegun;
    }

    /** Since when it has been as it is: at rest, in the middle of a head, of a body, in hand. */
    public long sinceNanos() {
        return sinceNanos;
    }

    private boolean isHeadTooSlow(long nowNanos, Seen seen) {
        if (seen.inHand() || seen.requests() != requests) {
            if (headBegun || seen.requests() != requests) {
                sinceNanos = nowNanos;
            }
            requests = seen.requests();
            bytesAtRest = seen.bytesIn();
            headBegun = false;
            return false;
        }
        if (!headBegun && seen.bytesIn() != bytesAtRest) {
            headBegun = true;
            sinceNanos = nowNanos;
        }
        return headBegun && nowNanos - sinceNanos > bounds.headNanos();
    }

    private boolean isBodyTooSlow(long nowNanos, Seen seen) {
        if (!seen.bodyAwaited()) {
            body = null;
            return false;
        }
        DataRate rate = body;
        if (rate == null) {
            body = rate(nowNanos, seen.bytesIn());
            sinceNanos = nowNanos;
            return false;
        }
        return rate.isTooSlow(nowNanos, seen.bytesIn());
    }

    private boolean isReaderTooSlow(long nowNanos, Seen seen) {
        if (!seen.writeBlocked()) {
            answer = null;
            return false;
        }
        DataRate rate = answer;
        if (rate == null) {
            answer = rate(nowNanos, seen.bytesOut());
            return false;
        }
        return rate.isTooSlow(nowNanos, seen.bytesOut());
    }

    private DataRate rate(long nowNanos, long bytes) {
        return new DataRate(bounds.graceNanos(), bounds.bytesPerSecond(), nowNanos, bytes);
    }
}
