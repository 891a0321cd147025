package dev.sluice.stats.figures;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ShardFold;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The figures of all pools and nodes in the last minute, as results are read.
 *
 * <p>What was appended before the start and is read to warm up counts as well. Not safe for use by
 * several threads.
 */
public final class Figures {

    private final Map<PoolName, PoolFigures> pools = new TreeMap<>();
    private final Map<String, NodeFigures> nodes = new HashMap<>();
    // of the stretch before the checkpoints, which is bounded by the warm-up
    private final Set<RequestId> warmUp = new HashSet<>();

    /**
     * Takes what a record of the results meant.
     *
     * @param atMs when the broker appended it
     * @param beforeCheckpoint whether the fold knew of it without reading it, so that it calls the
     *     first result of a request superseded as well
     */
    public void take(ShardFold.Step step, long atMs, boolean beforeCheckpoint, long nowMs) {
        switch (step) {
            case ShardFold.Step.First(Ending ending) -> ending(ending, atMs, nowMs);
            case ShardFold.Step.Superseded(Ending ending) -> {
                if (beforeCheckpoint && warmUp.add(ending.request())) {
                    ending(ending, atMs, nowMs);
                }
            }
            case ShardFold.Step.Merged _, ShardFold.Step.HeldBack _ -> {
                // who owns what is no figure
            }
        }
    }

    /** Everything that was in the log at the start has been taken. */
    public void warm() {
        warmUp.clear();
    }

    /** Forgets nodes that are not among these and had no attempts in the last minute. */
    public void keepNodes(Collection<String> registered, long nowMs) {
        nodes.entrySet()
                .removeIf(
                        entry ->
                                !registered.contains(entry.getKey())
                                        && entry.getValue().requests(nowMs) == 0);
    }

    /** By name. */
    public Map<PoolName, PoolFigures> pools() {
        return new TreeMap<>(pools);
    }

    /** Of this node; without any attempts for one that is not known. */
    public NodeFigures node(String id) {
        return nodes.getOrDefault(id, new NodeFigures());
    }

    private void ending(Ending ending, long atMs, long nowMs) {
        switch (ending) {
            case ResultEvent result -> {
                pool(result).result(result, atMs, nowMs);
                for (Attempt attempt : result.attempts()) {
                    nodeOf(attempt.node()).attempt(attempt, result.requestBytes(), nowMs);
                }
            }
            case Duplicate _ -> {
                // no node served it: it is no result of the pool's
            }
        }
    }

    private PoolFigures pool(Ending ending) {
        PoolName name = ending.request().position().topic().pool();
        return pools.computeIfAbsent(name, n -> new PoolFigures());
    }

    private NodeFigures nodeOf(String id) {
        return nodes.computeIfAbsent(id, n -> new NodeFigures());
    }
}
