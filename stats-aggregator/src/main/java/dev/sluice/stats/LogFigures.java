package dev.sluice.stats;

import dev.sluice.chassis.kafka.ResultsReader;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ResultHead;
import dev.sluice.protocol.ShardFold;
import dev.sluice.stats.figures.Figures;
import dev.sluice.stats.figures.Totals;
import dev.sluice.stats.kafka.PastResults;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiFunction;

/** The figures, kept by the readers' threads and read by those that answer. */
final class LogFigures implements ResultsReader.Listener, PastResults.Listener {

    private final InstantSource wall;
    private final Figures figures = new Figures();
    private final Totals totals;

    LogFigures(int shards, InstantSource wall) {
        this.wall = wall;
        this.totals = new Totals(shards);
    }

    @Override
    public synchronized void onStep(
            int shard, long offset, long appendedAtMs, boolean before, ShardFold.Step step) {
        figures.take(step, appendedAtMs, before, wall.millis());
        switch (step) {
            case ShardFold.Step.First(Ending ending) ->
                    totals.appended(shard, offset, appendedAtMs, entry(ending));
            case ShardFold.Step.Superseded(Ending ending) ->
                    totals.appended(shard, offset, appendedAtMs, entry(ending));
            case ShardFold.Step.Merged _, ShardFold.Step.HeldBack _ -> {
                // ends no request
            }
        }
    }

    private static Totals.Entry entry(Ending ending) {
        Optional<ResultHead> head =
                ending instanceof ResultEvent result
                        ? Optional.of(ResultHead.of(result))
                        : Optional.empty();
        return new Totals.Entry(ending.request(), head);
    }

    @Override
    public synchronized void begins(int shard, long offset) {
        totals.begins(shard, offset);
    }

    @Override
    public synchronized void read(int shard, long offset, long appendedAtMs, Totals.Entry entry) {
        totals.read(shard, offset, appendedAtMs, entry);
    }

    @Override
    public synchronized boolean readUpTo(int shard, long position) {
        return totals.readUpTo(shard, position);
    }

    synchronized void warm() {
        figures.warm();
    }

    /** Looks at the figures while nobody changes them. */
    synchronized <T> T look(BiFunction<Figures, Totals, T> at) {
        return at.apply(figures, totals);
    }
}
