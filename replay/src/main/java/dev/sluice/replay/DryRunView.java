package dev.sluice.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a replay would send, as JSON.
 *
 * @param leftOut requests that meet the other criteria: {@code pending} and {@code duplicate} ones
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record DryRunView(
        long requests,
        long bytes,
        Map<String, Figures> pools,
        Map<String, Figures> outcomes,
        Map<String, Long> leftOut,
        Optional<At> first,
        Optional<At> last,
        List<Target> targets) {

    /** One request and when it was appended. */
    public record At(String id, Instant queuedAt) {}

    /**
     * Where so much would go.
     *
     * @param seconds it takes at least, by the limits of the pool's nodes and the rate
     */
    public record Target(
            String pool,
            String priority,
            long requests,
            long bytes,
            long rpm,
            long bpm,
            double seconds) {}

    public static DryRunView of(
            Totals totals, Lane lane, Map<PoolName, Capacity> capacities, Optional<Rate> rate) {
        var pools = new TreeMap<String, Figures>();
        totals.byPool().forEach((pool, figures) -> pools.put(pool.value(), figures));
        var targets = new ArrayList<Target>();
        totals.byTarget()
                .forEach(
                        (pool, figures) ->
                                Optional.ofNullable(capacities.get(pool))
                                        .map(c -> target(pool, lane, figures, c, rate))
                                        .ifPresent(targets::add));
        return new DryRunView(
                totals.all().count(),
                totals.all().bytes(),
                pools,
                totals.byOutcome(),
                totals.leftOut(),
                totals.first().map(DryRunView::at),
                totals.last().map(DryRunView::at),
                targets);
    }

    private static At at(Totals.At at) {
        return new At(at.id().toString(), at.at());
    }

    private static Target target(
            PoolName pool, Lane lane, Figures figures, Capacity capacity, Optional<Rate> rate) {
        return new Target(
                pool.value(),
                lane.text(),
                figures.count(),
                figures.bytes(),
                capacity.rpm(),
                capacity.bpm(),
                capacity.time(figures, rate).toMillis() / 1000.0);
    }
}
