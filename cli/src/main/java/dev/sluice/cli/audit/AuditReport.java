package dev.sluice.cli.audit;

import dev.sluice.protocol.PoolName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the log proves.
 *
 * @param at when the audit began
 * @param nodes those that were sent something, by id
 * @param breachCounts all breaches, by kind; empty: no promise is broken
 * @param breaches the first hundred of each kind
 */
public record AuditReport(
        Instant at,
        AuditScope scope,
        Map<PoolName, PoolFigures> pools,
        ResultFigures results,
        SendFigures sends,
        List<NodeFigures> nodes,
        Map<String, Long> breachCounts,
        List<Breach> breaches) {

    public AuditReport {
        nodes = List.copyOf(nodes);
        breaches = List.copyOf(breaches);
    }

    /**
     * Adds the shards up. Takes the sends of the shards away one node after the other, so that not
     * all of them are in memory twice.
     */
    public static AuditReport of(
            Instant at, AuditScope scope, List<ShardFigures> shards, NodeLimits limits) {
        var pools = new TreeMap<PoolName, PoolFigures>();
        var results = ResultFigures.NONE;
        var sendFigures = SendFigures.NONE;
        var sends = new TreeMap<String, List<Sends>>();
        var breaches = new Breaches();
        for (ShardFigures shard : shards) {
            shard.pools().forEach((pool, f) -> pools.merge(pool, f, PoolFigures::plus));
            results = results.plus(shard.results());
            sendFigures = sendFigures.plus(shard.sendFigures());
            shard.sends()
                    .forEach(
                            (node, part) ->
                                    sends.computeIfAbsent(node, n -> new ArrayList<>()).add(part));
            shard.sends().clear();
            breaches.addAll(shard.breaches());
        }
        var nodes = new ArrayList<NodeFigures>();
        while (!sends.isEmpty()) {
            var node = sends.pollFirstEntry();
            var limit = limits.of(node.getKey());
            if (scope.pool().isEmpty()
                    || limit.isEmpty()
                    || isOf(scope.pool().get(), limit.get())) {
                var figures = NodeFigures.of(node.getKey(), limit, Sends.inOrder(node.getValue()));
                figures.judge(breaches);
                nodes.add(figures);
            }
        }
        return new AuditReport(
                at, scope, pools, results, sendFigures, nodes, breaches.counts(), breaches.kept());
    }

    private static boolean isOf(PoolName pool, NodeLimits.Limit limit) {
        return limit.pool().equals(pool);
    }

    /** All pools together. */
    public PoolFigures requests() {
        return PoolFigures.sum(pools);
    }

    public long breachCount() {
        return breachCounts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Sends by node, to compare with what the nodes themselves counted. */
    public Map<String, Long> sendsByNode() {
        var sent = new HashMap<String, Long>();
        nodes.forEach(node -> sent.put(node.node(), node.sends()));
        return sent;
    }
}
