package dev.sluice.ingress.kafka;

import dev.sluice.chassis.kafka.ResultsReader;
import dev.sluice.ingress.results.RecentResults;
import dev.sluice.ingress.results.Waiters;
import dev.sluice.protocol.ShardFold;
import dev.sluice.protocol.ShardFold.Step;

/** Hands what the results reader reads to the index and to the clients that wait. */
public record ResultsFeed(RecentResults recent, Waiters waiters) implements ResultsReader.Listener {

    @Override
    public void onStep(
            int shard,
            long offset,
            long appendedAtMs,
            boolean beforeCheckpoint,
            ShardFold.Step step) {
        switch (step) {
            case Step.First(var ending) -> {
                recent.first(offset, ending);
                waiters.complete(ending);
            }
            case Step.Superseded(var ending) -> {
                if (beforeCheckpoint) {
                    recent.beforeCheckpoint(offset, ending);
                }
            }
            case Step.Merged _, Step.HeldBack _ -> {
                // the fold has taken them in; there is nothing to fetch in them
            }
        }
    }
}
