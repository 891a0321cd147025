package dev.sluice.cli.replay;

import dev.sluice.cli.text.Amounts;
import dev.sluice.cli.text.Table;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.replay.Capacity;
import dev.sluice.replay.Figures;
import dev.sluice.replay.Rate;
import dev.sluice.replay.Totals;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a dry run found, for people. */
public final class DryRunText {

    private static final String LINE = System.lineSeparator();

    private DryRunText() {}

    public static String of(
            Totals totals, Lane lane, Map<PoolName, Capacity> pools, Optional<Rate> rate) {
        var text = new StringBuilder();
        Figures all = totals.all();
        text.append(
                "%s would be sent, %s of bodies.%n"
                        .formatted(Amounts.of(all.count(), "request"), Amounts.bytes(all.bytes())));
        if (!totals.leftOut().isEmpty()) {
            text.append("Left out: %s.%n".formatted(leftOut(totals)));
        }
        if (all.count() == 0) {
            return text.toString();
        }
        var byPool = new Table("POOL", "REQUESTS", "BYTES");
        totals.byPool().forEach((pool, f) -> byPool.row(pool, f.count(), f.bytes()));
        var byOutcome = new Table("OUTCOME", "REQUESTS", "BYTES");
        totals.byOutcome().forEach((word, f) -> byOutcome.row(word, f.count(), f.bytes()));
        text.append(LINE).append(byPool).append(LINE).append(byOutcome).append(LINE);
        totals.first().ifPresent(at -> text.append("first  ").append(line(at)));
        totals.last().ifPresent(at -> text.append("last   ").append(line(at)));
        text.append(LINE);
        totals.byTarget()
                .forEach(
                        (pool, figures) ->
                                text.append(time(pool, figures, lane, pools, rate)).append(LINE));
        return text.toString();
    }

    private static String leftOut(Totals totals) {
        return totals.leftOut().entrySet().stream()
                .map(
                        entry ->
                                entry.getKey().equals("pending")
                                        ? Amounts.number(entry.getValue())
                                                + " without a result yet (--status pending)"
                                        : Amounts.of(entry.getValue(), entry.getKey())
                                                + " of another request, by the idempotency key")
                .collect(Collectors.joining(", "));
    }

    private static String line(Totals.At at) {
        return "%s  %s%n".formatted(at.at(), at.id());
    }

    private static String time(
            PoolName pool,
            Figures figures,
            Lane lane,
            Map<PoolName, Capacity> pools,
            Optional<Rate> rate) {
        Capacity capacity = pools.get(pool);
        if (capacity == null) {
            return "No node belongs to pool %s any more.".formatted(pool);
        }
        return "To pool %s, priority %s: %s at least, at %s and %s a minute%s."
                .formatted(
                        pool,
                        lane.text(),
                        Amounts.time(capacity.time(figures, rate)),
                        Amounts.of(capacity.rpm(), "request"),
                        Amounts.bytes(capacity.bpm()),
                        rate.map(r -> " and --rate " + r).orElse(""));
    }
}
