package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Ending;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.LedgerSnapshot;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultsRecord;
import dev.sluice.protocol.ShardFold;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the log says: requests of our shards that were read, and what results say of them. */
final class Arrivals {

    private final Requests requests;
    private final Waiting waiting;
    private final Keyed keyed;
    private final Lanes lanes;
    private final Endings endings;
    private final Actions actions;

    Arrivals(
            Requests requests,
            Waiting waiting,
            Keyed keyed,
            Lanes lanes,
            Endings endings,
            Actions actions) {
        this.requests = requests;
        this.waiting = waiting;
        this.keyed = keyed;
        this.lanes = lanes;
        this.endings = endings;
        this.actions = actions;
    }

    /** A request was read. */
    void read(Position position, long appendedAtMs, RequestEvent event, long nowNanos, long nowMs) {
        ShardState shard = requests.shard(position.shard());
        if (isDone(shard, position)
                || shard.find(position) != null
                || requests.comesBack(shard, position, event)) {
            return;
        }
        Pending request = requests.enter(shard, position, event, appendedAtMs);
        keyed.arrived(shard, request, nowNanos, nowMs);
    }

    /** A record stands in a requests topic that is no request: it gets a result all the same. */
    void unreadable(Position position, long appendedAtMs, int bytes, String why, long nowMs) {
        if (!isDone(requests.shard(position.shard()), position)) {
            actions.append(endings.unreadable(position, appendedAtMs, bytes, why, nowMs));
        }
    }

    /** A record of the results partition was read. */
    void results(int shardNumber, ResultsRecord entry, long nowNanos, long nowMs) {
        ShardState shard = requests.shard(shardNumber);
        switch (shard.fold.apply(entry)) {
            case ShardFold.Step.First(Ending ending) -> done(shard, ending.request());
            case ShardFold.Step.Superseded s -> {}
            case ShardFold.Step.Merged(LedgerSnapshot snapshot) -> {
                for (Pending request : List.copyOf(shard.pending())) {
                    if (isDone(shard, request.position())) {
                        requests.drop(request, false);
                    }
                }
                lanes.fillAll();
            }
            case ShardFold.Step.HeldBack(Held held) -> {
                Duration left = Duration.between(Instant.ofEpochMilli(nowMs), held.until());
                long until = nowNanos + Waiting.nanos(left);
                for (RequestId id : held.requests()) {
                    held(shard, id, until, until - nowNanos > 0);
                }
            }
        }
    }

    private void held(ShardState shard, RequestId id, long until, boolean still) {
        Position position = id.position();
        if (isDone(shard, position)) {
            return;
        }
        if (still) {
            shard.hold(id, until);
        } else {
            shard.letGo(id);
        }
        Pending request = shard.find(position);
        if (request == null || !request.id().equals(id)) {
            return;
        }
        switch (request.state()) {
            case HELD -> requests.timer(request, until);
            case READY, TICKETED -> {
                if (still) {
                    waiting.hold(request, until);
                }
            }
            case CLAIMING, IN_FLIGHT, PARKED, GONE -> {}
        }
    }

    private void done(ShardState shard, RequestId id) {
        shard.letGo(id);
        Pending request = shard.find(id.position());
        if (request != null && request.event().nonce().equals(id.nonce())) {
            requests.forget(request);
        }
    }

    private static boolean isDone(ShardState shard, Position position) {
        return shard.fold.isDone(position.topic(), position.offset());
    }
}
