package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.ReadProgress;
import dev.sluice.replay.End;
import dev.sluice.replay.ReplayOrder;
import dev.sluice.replay.Totals;
import dev.sluice.replay.kafka.RequestWalk.Step;

/** A replay that sends nothing and adds up what it would. */
final class DryRun {

    private DryRun() {}

    static Totals of(ReplayOrder order, RequestWalk walk, ReadProgress progress)
            throws LogReadException, InterruptedException {
        var totals = new Totals();
        long left = walk.leftCount();
        while (true) {
            switch (walk.next()) {
                case Step.Nothing n -> {
                    return totals;
                }
                case Step.Met met -> {
                    add(totals, order, met);
                    walk.passed();
                    if (order.max().filter(max -> totals.all().count() >= max).isPresent()) {
                        return totals;
                    }
                }
                case Step.Passed p -> {}
                case Step.NotYet n -> {}
            }
            progress.read(left - walk.leftCount());
            left = walk.leftCount();
        }
    }

    private static void add(Totals totals, ReplayOrder order, Step.Met met) {
        if (order.selection().hasEnd(met.end())) {
            totals.chosen(
                    met.id(),
                    met.at(),
                    met.event().body().size(),
                    met.end(),
                    order.target(met.id().position().topic()).pool());
        } else if (met.end().kind() == End.Kind.PENDING || met.end().kind() == End.Kind.DUPLICATE) {
            totals.leftOut(met.end().kind().text());
        }
    }
}
