package dev.sluice.cli.audit;

import dev.sluice.protocol.PoolName;
import java.util.Map;

/**
 * What one shard adds to the report.
 *
 * @param sends by node, of all results that were read
 */
public record ShardFigures(
        Map<PoolName, PoolFigures> pools,
        ResultFigures results,
        SendFigures sendFigures,
        Map<String, Sends> sends,
        Breaches breaches) {}
