package dev.sluice.stats;

import dev.sluice.chassis.kafka.ResultsReader;
import dev.sluice.protocol.ShardFold;
import dev.sluice.stats.figures.Figures;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;

/** The figures, kept by the reader's thread and read by those that answer. */
final class LogFigures implements ResultsReader.Listener {

    private final InstantSource wall;
    private final Instant since;
    private final Figures figures;

    LogFigures(InstantSource wall) {
        this.wall = wall;
        this.since = wall.instant();
        this.figures = new Figures(since.toEpochMilli());
    }

    /** What was appended before is in no total. */
    Instant since() {
        return since;
    }

    @Override
    public synchronized void onStep(
            int shard, long offset, long appendedAtMs, boolean before, ShardFold.Step step) {
        figures.take(step, appendedAtMs, before, wall.millis());
    }

    synchronized void warm() {
        figures.warm();
    }

    /** Looks at the figures while nobody changes them. */
    synchronized <T> T look(Function<Figures, T> at) {
        return at.apply(figures);
    }
}
