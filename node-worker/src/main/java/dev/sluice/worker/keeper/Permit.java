package dev.sluice.worker.keeper;

import dev.sluice.protocol.PoolName;

/**
 * A grant as it is carried to the socket: good for a short time, on one worker, under one lease.
 * Safe for use by several threads.
 */
public final class Permit {

    private final PoolName pool;
    private final long grant;
    private final Desk desk;
    private final long goodUntilNanos;
    private final Lease lease;
    private final long term;

    Permit(PoolName pool, long grant, Desk desk, long goodUntilNanos, Lease lease, long term) {
        this.pool = pool;
        this.grant = grant;
        this.desk = desk;
        this.goodUntilNanos = goodUntilNanos;
        this.lease = lease;
        this.term = term;
    }

    /** Whether the request may still be written; to be asked right before. */
    public boolean isGood(long nowNanos) {
        return goodUntilNanos - nowNanos > 0 && lease.isHeld(term, nowNanos);
    }

    /** The request was written; said again if the write took long. */
    public void written(long atNanos) {
        desk.written(pool, grant, atNanos);
    }
}
