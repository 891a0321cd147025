package dev.sluice.worker;

import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gate.GateState;
import dev.sluice.worker.keeper.Keeper;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The gatehouses and gates that this process keeps, as gauges: looked at before each scrape, so
 * that those of pools and nodes that are gone, or kept elsewhere, leave.
 */
final class GateGauges {

    private static final double MILLIS = 1e3;
    private static final List<String> BREAKER_STATES = List.of("closed", "half_open", "open");

    private final Metrics metrics;
    private final Keeper keeper;
    private final InstantSource wall;
    private final Map<String, MultiGauge> gauges = new TreeMap<>();
    private final Map<String, List<MultiGauge.Row<?>>> rows = new TreeMap<>();

    private GateGauges(Metrics metrics, Keeper keeper, InstantSource wall) {
        this.metrics = metrics;
        this.keeper = keeper;
        this.wall = wall;
        gauge("gatehouse.kept", "1 where this process keeps the pool's gates");
        gauge("gatehouse.tickets", "Requests that wait for a node, of all workers");
        gauge("gatehouse.oldest.age.seconds", "Age of the oldest request that waits for a node");
        gauge("gate.state", "1 for the state that the node's gate is in");
        gauge("gate.breaker", "1 for the state that the node's circuit breaker is in");
        gauge("gate.in.flight", "Slots of the node that are taken");
        gauge("gate.slots", "Requests that the node takes at one time");
        gauge("gate.limit.used.ratio", "Share of a limit that the last 60 s have used");
    }

    /** Shows them from now on. */
    static void register(Metrics metrics, Keeper keeper, InstantSource wall) {
        metrics.beforeScrape(new GateGauges(metrics, keeper, wall)::refresh);
    }

    private void gauge(String name, String description) {
        gauges.put(
                name,
                MultiGauge.builder("sluice." + name)
                        .description(description)
                        .register(metrics.registry()));
    }

    private void refresh() {
        gauges.keySet().forEach(name -> rows.put(name, new ArrayList<>()));
        long nowMs = wall.millis();
        keeper.figures().forEach((pool, figures) -> pool(pool, figures, nowMs));
        gauges.forEach((name, gauge) -> gauge.register(rowsOf(name), true));
    }

    private void pool(PoolName name, Keeper.Figures pool, long nowMs) {
        var tags = Tags.of("pool", name.value());
        add("gatehouse.kept", tags, pool.kept() ? 1 : 0);
        pool.waiting()
                .forEach(
                        (lane, tickets) -> {
                            Tags ofLane = tags.and("lane", lane);
                            Long at = pool.oldestAtMs().get(lane);
                            double age = at == null ? 0 : Math.max(0, nowMs - at) / MILLIS;
                            add("gatehouse.tickets", ofLane, tickets);
                            add("gatehouse.oldest.age.seconds", ofLane, age);
                        });
        pool.nodes().forEach(gate -> gate(tags.and("node", gate.spec().id()), gate));
    }

    private void gate(Tags tags, Gate.Figures gate) {
        for (GateState state : GateState.values()) {
            add("gate.state", tags.and("state", state.text()), gate.state() == state ? 1 : 0);
        }
        for (String state : BREAKER_STATES) {
            add("gate.breaker", tags.and("state", state), gate.breaker().equals(state) ? 1 : 0);
        }
        add("gate.in.flight", tags, gate.inFlight());
        add("gate.slots", tags, gate.spec().maxInFlight());
        double rpm = (double) gate.requestsInWindow() / gate.spec().rpm();
        double bpm = (double) gate.bytesInWindow() / gate.spec().bpm();
        add("gate.limit.used.ratio", tags.and("limit", "rpm"), rpm);
        add("gate.limit.used.ratio", tags.and("limit", "bpm"), bpm);
    }

    private void add(String name, Tags tags, double value) {
        rowsOf(name).add(MultiGauge.Row.of(tags, value));
    }

    private List<MultiGauge.Row<?>> rowsOf(String name) {
        return Objects.requireNonNull(rows.get(name));
    }
}
