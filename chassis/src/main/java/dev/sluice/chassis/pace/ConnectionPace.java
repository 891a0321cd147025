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
     * @param bodyGraceNanos how long nothing of a body need come
     * @param readerGraceNanos how long nothing of an answer need be read
     * @param bytesPerSecond the least data rate of bodies and of answers
     */
    public record Bounds(
            long headNanos, long bodyGraceNanos, long readerGraceNanos, long bytesPerSecond) {}

    /**
     * What is seen of a connection.
     *
     * @param requests that were handled or are in hand
     * @param inHand whether a request is
     * @param bodyAwaited whether somebody waits for its body at this moment
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
    private boolean inHand;
    private long bytesAtRest;
    private volatile long sinceNanos; // the one field that others read
    private volatile boolean headBegun;
    private @Nullable DataRate body;
    private @Nullable DataRate answer;

    /** Of a connection that is just open. */
    public ConnectionPace(Bounds bounds, long nowNanos) {
        this.bounds = bounds;
        this.sinceNanos = nowNanos;
    }

    /** Looks at it. */
    public Verdict look(long nowNanos, Seen seen) {
        if (seen.requests() != requests || seen.inHand() != inHand) {
            turn(nowNanos, seen);
        }
        if (isHeadTooSlow(nowNanos, seen)) {
            return Verdict.HEAD_TOO_SLOW;
        }
        if (isReaderTooSlow(nowNanos, seen)) {
            return Verdict.READER_TOO_SLOW;
        }
        return isBodyTooSlow(nowNanos, seen) ? Verdict.BODY_TOO_SLOW : Verdict.IN_TIME;
    }

    /** Whether the header fields of a request have begun to come and are not whole. */
    public boolean isInHead() {
        return headBegun;
    }

    /** Since when it has been as it is: at rest, in the middle of a head, in hand. */
    public long sinceNanos() {
        return sinceNanos;
    }

    /** Another request, or none any more: what came up to now is part of those that there were. */
    private void turn(long nowNanos, Seen seen) {
        requests = seen.requests();
        inHand = seen.inHand();
        bytesAtRest = seen.bytesIn();
        sinceNanos = nowNanos;
        headBegun = false;
        body = null;
    }

    private boolean isHeadTooSlow(long nowNanos, Seen seen) {
        if (seen.inHand()) {
            return false;
        }
        if (!headBegun && seen.bytesIn() != bytesAtRest) {
            headBegun = true;
            sinceNanos = nowNanos;
        }
        return headBegun && nowNanos - sinceNanos > bounds.headNanos();
    }

    private boolean isBodyTooSlow(long nowNanos, Seen seen) {
        DataRate rate = body;
        if (rate == null) {
            if (seen.bodyAwaited()) {
                body = rate(bounds.bodyGraceNanos(), nowNanos, seen.bytesIn());
            }
            return false;
        }
        if (seen.bodyAwaited()) {
            return rate.isTooSlow(nowNanos, seen.bytesIn());
        }
        rate.pause(nowNanos, seen.bytesIn()); // it is there, or whoever reads it takes his time
        return false;
    }

    private boolean isReaderTooSlow(long nowNanos, Seen seen) {
        DataRate rate = answer;
        if (!seen.writeBlocked()) {
            answer = null;
        } else if (rate == null) {
            answer = rate(bounds.readerGraceNanos(), nowNanos, seen.bytesOut());
        } else {
            return rate.isTooSlow(nowNanos, seen.bytesOut());
        }
        return false;
    }

    private DataRate rate(long graceNanos, long nowNanos, long bytes) {
        return new DataRate(graceNanos, bounds.bytesPerSecond(), nowNanos, bytes);
    }
}
