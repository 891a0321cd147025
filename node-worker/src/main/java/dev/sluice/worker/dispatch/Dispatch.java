package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultsRecord;
import dev.sluice.protocol.ShardFold;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.keys.KeyLedger;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The heart of a worker: the requests of its shards from the moment they are read until their
 * result is handed over to be recorded.
 *
 * <p>It decides and asks {@link Actions} to act. Not safe for use by several threads; time comes in
 * as an argument.
 */
public final class Dispatch {

    private final Lanes lanes;
    private final Requests requests;
    private final Waiting waiting;
    private final KeyLedger ledger;
    private final Keyed keyed;
    private final Arrivals arrivals;
    private final Sends sends;

    public Dispatch(String worker, DispatchSettings settings, RetryPolicy policy, Actions actions) {
        this.lanes = new Lanes(worker, settings.ticketsMax(), actions);
        this.requests = new Requests(settings, lanes);
        var endings = new Endings(worker, policy);
        this.waiting = new Waiting(requests, lanes, endings, actions);
        this.ledger = new KeyLedger(settings.keys());
        this.keyed = new Keyed(requests, waiting, endings, actions, ledger);
        this.arrivals = new Arrivals(requests, waiting, keyed, lanes, endings, actions);
        this.sends = new Sends(requests, waiting, lanes, endings, actions);
    }

    // --- shards ------------------------------------------------------------------------------

    /** The shard is ours; its fold knows the checkpoints and is about to read the results. */
    public void take(int shard, ShardFold fold) {
        requests.take(shard, fold);
    }

    /**
     * Lets a shard go: tickets are taken back, and what is in flight goes on.
     *
     * @return what the next owner must wait for: what is in flight, whose results will still be
     *     recorded from here, and what former owners may have in flight, for their word may stand
     *     before the place that the next owner reads from
     */
    public List<RequestId> release(int shard) {
        ledger.release(shard);
        return requests.release(shard);
    }

    public ShardFold fold(int shard) {
        return requests.shard(shard).fold;
    }

    /** Whether no more of this partition is to be read for now. */
    public boolean full(int shard, RequestsTopic topic) {
        return requests.full(shard, topic);
    }

    // --- what was read -----------------------------------------------------------------------

    /** A request was read from a shard of ours. */
    public void read(
            Position position, long appendedAtMs, RequestEvent event, long nowNanos, long nowMs) {
        arrivals.read(position, appendedAtMs, event, nowNanos, nowMs);
    }

    /** A record stands in a requests topic that is no request: it gets a result all the same. */
    public void unreadable(
            Position position, long appendedAtMs, int bytes, String why, long nowMs) {
        arrivals.unreadable(position, appendedAtMs, bytes, why, nowMs);
    }

    /** A record of the results partition of a shard of ours was read. */
    public void results(int shard, ResultsRecord entry, long nowNanos, long nowMs) {
        arrivals.results(shard, entry, nowNanos, nowMs);
    }

    /**
     * A claim of a shard of ours was read.
     *
     * @param claimedAtMs the broker's append time of the claim
     */
    public void claimed(int shard, KeyClaim claim, long claimedAtMs, long nowNanos, long nowMs) {
        keyed.claimed(shard, claim, claimedAtMs, nowNanos, nowMs);
    }

    // --- grants and answers ------------------------------------------------------------------

    /** The gatehouse gives leave to send; a request whose deadline has just passed expires. */
    public void granted(Grant grant, long nowMs) {
        sends.granted(grant, nowMs);
    }

    /** The gatehouse says that no node of the pool will ever take this body. */
    public void refused(TicketId ticket, long nowMs) {
        sends.refused(ticket, nowMs);
    }

    /**
     * An attempt is over.
     *
     * @param random from 0 to below 1, for the jitter of the backoff
     * @return whether it failed and is left to another owner of its shard, which waits for it
     */
    public boolean ended(
            Pending request,
            Grant grant,
            Attempt attempt,
            AttemptOutcome outcome,
            double random,
            long nowNanos,
            long nowMs) {
        return sends.ended(request, grant, attempt, outcome, random, nowNanos, nowMs);
    }

    // --- time --------------------------------------------------------------------------------

    /** When {@link #tick} has something to do. */
    public OptionalLong nextTimer() {
        return waiting.nextTimer();
    }

    /** Does what is due: parked requests go back to their place, deadlines pass. */
    public void tick(long nowNanos, long nowMs) {
        waiting.tick(nowNanos, nowMs);
    }

    /** While results cannot be written, nothing more is asked for. */
    public void pause(boolean pause) {
        lanes.pause(pause);
    }

    /** Requests in memory, by state. */
    public Map<String, Integer> figures() {
        return requests.figures();
    }

    /** Bytes of the bodies of requests in memory, of shards that are ours. */
    public long bufferedBytes() {
        return requests.bytes();
    }

    /** Idempotency keys that are remembered. */
    public int keys() {
        return ledger.size();
    }

    /** Idempotency keys that were forgotten before their time, for want of room. */
    public long keysForgotten() {
        return ledger.forgotten();
    }

    /** Requests on their way to a node, those of shards let go included. */
    public List<RequestId> inFlight() {
        return requests.inFlight();
    }
}
