package dev.sluice.worker.dispatch;

import dev.sluice.protocol.KeyHash;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ShardFold;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a worker holds of one shard that it owns: the ledger, and the requests read and not done.
 *
 * <p>A slow request holds back the checkpoint, never the requests behind it.
 */
final class ShardState {

    /** How much of one partition of requests is in memory. */
    static final class Load {
        int requests;
        long bytes;
    }

    final ShardFold fold;

    /** Requests that wait until it is known who is the first with their key. */
    final Map<KeyHash, List<Pending>> claiming = new LinkedHashMap<>();

    private final Map<Position, Pending> pending = new HashMap<>();
    private final Map<RequestsTopic, Load> loads = new HashMap<>();
    private final Map<RequestId, Long> heldUntilNanos = new HashMap<>();

    ShardState(ShardFold fold) {
        this.fold = fold;
    }

    Load load(RequestsTopic topic) {
        return loads.computeIfAbsent(topic, t -> new Load());
    }

    /** Of all bodies in memory. */
    long bytes() {
        return loads.values().stream().mapToLong(load -> load.bytes).sum();
    }

    Collection<Pending> pending() {
        return pending.values();
    }

    @org.jspecify.annotations.Nullable
    Pending find(Position position) {
        return pending.get(position);
    }

    void add(Pending request) {
        if (pending.putIfAbsent(request.position(), request) != null) {
            throw new IllegalStateException("read twice: " + request.position());
        }
        Load load = load(request.position().topic());
        load.requests++;
        load.bytes += request.event().body().size();
    }

    void remove(Pending request) {
        if (pending.remove(request.position()) == null) {
            throw new IllegalStateException("not here: " + request.position());
        }
        Load load = load(request.position().topic());
        load.requests--;
        load.bytes -= request.event().body().size();
        heldUntilNanos.remove(request.id());
    }

    /** The latest word on a request counts. */
    void hold(RequestId id, long untilNanos) {
        heldUntilNanos.put(id, untilNanos);
    }

    /** What former owners may have in flight. */
    List<RequestId> held() {
        return List.copyOf(heldUntilNanos.keySet());
    }

    void letGo(RequestId id) {
        heldUntilNanos.remove(id);
    }

    @org.jspecify.annotations.Nullable
    Long heldUntil(RequestId id) {
        return heldUntilNanos.get(id);
    }
}
