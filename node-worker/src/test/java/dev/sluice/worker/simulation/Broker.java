package dev.sluice.worker.simulation;

import dev.sluice.protocol.Ending;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultsRecord;
import dev.sluice.protocol.ShardFold;
import dev.sluice.protocol.WorkerInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The broker: the log, the group, and whether it can be reached. */
final class Broker {

    /** A record of a requests topic. */
    record Stored(Position position, long appendedAtMs, RequestEvent event) {}

    /** A record of the topic of idempotency keys. */
    record Claimed(KeyClaim claim, long atMs) {}

    /** What a shard's owner committed. */
    record Committed(Map<RequestsTopic, Long> next, int from) {}

    /** An entry of the workers topic; empty wipes one. */
    record Announced(String worker, Optional<WorkerInfo> info) {}

    final Group group;
    final List<Announced> announced = new ArrayList<>();
    final List<List<ResultsRecord>> results = new ArrayList<>();
    final List<List<Claimed>> claims = new ArrayList<>();
    final Map<RequestsTopic, List<List<Stored>>> requests = new TreeMap<>();
    final Map<PoolName, Integer> undone = new HashMap<>();
    private final Committed[] committed;
    private final int[] appends;
    private final List<ShardFold> folds = new ArrayList<>();
    private boolean away;

    Broker(Agenda agenda, int shards, long sessionNanos, List<PoolName> pools) {
        this.group = new Group(agenda, shards, sessionNanos);
        this.committed = new Committed[shards];
        this.appends = new int[shards];
        for (PoolName pool : pools) {
            undone.put(pool, 0);
            for (Lane lane : List.of(Lane.HIGH, Lane.NORMAL)) {
                var partitions = new ArrayList<List<Stored>>();
                for (int shard = 0; shard < shards; shard++) {
                    partitions.add(new ArrayList<>());
                }
                requests.put(new RequestsTopic(pool, lane), partitions);
            }
        }
        for (int shard = 0; shard < shards; shard++) {
            results.add(new ArrayList<>());
            claims.add(new ArrayList<>());
            folds.add(new ShardFold(shard));
            committed[shard] = new Committed(Map.of(), 0);
        }
    }

    boolean isAway() {
        return away;
    }

    void goAway() {
        away = true;
        group.goAway();
    }

    void comeBack() {
        away = false;
        group.comeBack();
    }

    List<Stored> at(RequestsTopic topic, int shard) {
        return Objects.requireNonNull(requests.get(topic)).get(shard);
    }

    Committed committed(int shard) {
        return committed[shard];
    }

    void commit(int shard, Committed what) {
        committed[shard] = what;
    }

    void accept(Stored stored) {
        at(stored.position.topic(), stored.position.shard()).add(stored);
        appends[stored.position.shard()]++;
        undone.merge(stored.position.topic().pool(), 1, Integer::sum);
    }

    void append(int shard, ResultsRecord entry) {
        results.get(shard).add(entry);
        appends[shard]++;
        if (entry instanceof Ending
                && folds.get(shard).apply(entry) instanceof ShardFold.Step.First(var first)) {
            undone.merge(first.request().position().topic().pool(), -1, Integer::sum);
        }
    }

    void claim(int shard, Claimed claimed) {
        claims.get(shard).add(claimed);
        appends[shard]++;
    }

    /** How many records the partitions of a shard have in all. */
    int appends(int shard) {
        return appends[shard];
    }

    boolean isDone(Position position) {
        return folds.get(position.shard()).isDone(position.topic(), position.offset());
    }
}
