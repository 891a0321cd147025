package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Ending;
import dev.sluice.protocol.Fingerprint;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.KeyHash;
import dev.sluice.worker.keys.KeyLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests with an idempotency key: of those with one key, only the first goes on.
 *
 * <p>Which is the first, the log decides: a claim is appended for the first that is read, and the
 * first claim in the log counts, whoever wrote it. A request with a key goes on when its own claim
 * has been read, or waits until the one that counts has: so all that were made before, by former
 * owners of the shard, have been read too, and the next owner knows of each that was sent.
 */
final class Keyed {

    private final Requests requests;
    private final Waiting waiting;
    private final Endings endings;
    private final Actions actions;
    private final KeyLedger ledger;

    Keyed(Requests requests, Waiting waiting, Endings endings, Actions actions, KeyLedger ledger) {
        this.requests = requests;
        this.waiting = waiting;
        this.endings = endings;
        this.actions = actions;
        this.ledger = ledger;
    }

    /** A request that was read: with a key, it waits until it is known who is the first. */
    void arrived(ShardState shard, Pending request, long nowNanos, long nowMs) {
        Optional<String> key = request.event().idempotencyKey();
        if (key.isEmpty()) {
            waiting.begin(shard, request, nowNanos, nowMs);
            return;
        }
        KeyHash hash = KeyHash.of(request.event().pool(), key.get());
        var first = ledger.find(request.position().shard(), hash, nowMs);
        if (first.isPresent()) {
            settle(shard, request, first.get(), nowNanos, nowMs);
            return;
        }
        request.become(Pending.State.CLAIMING);
        List<Pending> same = shard.claiming.computeIfAbsent(hash, h -> new ArrayList<>(1));
        same.add(request);
        if (same.size() == 1) { // otherwise a claim is on its way
            var claim = new KeyClaim(hash, Fingerprint.of(request.event()), request.id());
            actions.claim(request.position().shard(), claim);
        }
    }

    /** The next claim of a shard was read. */
    void claimed(int number, KeyClaim claim, long claimedAtMs, long nowNanos, long nowMs) {
        ShardState shard = requests.shard(number);
        KeyLedger.First first = ledger.claimed(number, claim, claimedAtMs);
        List<Pending> same = shard.claiming.get(claim.key());
        if (same == null) {
            return;
        }
        // another's claim may be an old one, read late, whose time is over
        boolean ours = same.stream().anyMatch(request -> request.id().equals(claim.first()));
        if (!ours && ledger.find(number, claim.key(), nowMs).isEmpty()) {
            return;
        }
        shard.claiming.remove(claim.key());
        for (Pending request : same) {
            if (request.state() == Pending.State.CLAIMING) { // or it has got its result meanwhile
                settle(shard, request, first, nowNanos, nowMs);
            }
        }
    }

    private void settle(
            ShardState shard, Pending request, KeyLedger.First first, long nowNanos, long nowMs) {
        if (first.id().equals(request.id())) {
            waiting.begin(shard, request, nowNanos, nowMs);
            return;
        }
        boolean same = first.fingerprint().equals(Fingerprint.of(request.event()));
        Ending ending =
                same
                        ? endings.duplicate(request, first.id(), nowMs)
                        : endings.keyReused(request, nowMs);
        requests.forget(request);
        actions.append(request, ending);
    }
}
