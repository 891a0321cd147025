package dev.sluice.worker.gatehouse;

import dev.sluice.protocol.NodeSpec;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gate.GateSettings;
import dev.sluice.worker.gate.NodeHistory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The gates of one pool's nodes, and what is known of the time before them. */
final class Gates {

    /** What is known of what earlier keepers granted. */
    private sealed interface Past {
        record Unknown() implements Past {}

        record Told(PoolHistory history) implements Past {}

        record Nothing() implements Past {}
    }

    private final GateSettings settings;
    private final long beganNanos;
    private final Map<String, Gate> gates = new TreeMap<>();
    private final Map<String, Gate> retired = new HashMap<>(); // until nothing of them counts
    private Past past = new Past.Unknown();

    Gates(GateSettings settings, long beganNanos) {
        this.settings = settings;
        this.beganNanos = beganNanos;
    }

    Collection<Gate> all() {
        return gates.values();
    }

    /** The node's gate, also if the node is gone and something of it still counts. */
    @Nullable Gate find(String node) {
        Gate gate = gates.get(node);
        return gate == null ? retired.get(node) : gate;
    }

    void become(Collection<NodeSpec> specs, long nowNanos) {
        var gone = new HashMap<>(gates);
        for (NodeSpec spec : specs) {
            gone.remove(spec.id());
            Gate gate = gates.get(spec.id());
            if (gate == null) {
                gate = retired.remove(spec.id());
            }
            if (gate == null) {
                gate = new Gate(spec, settings, beganNanos, nowNanos);
                tell(gate, nowNanos);
            } else if (!gate.spec().equals(spec)) {
                gate.respecify(spec, nowNanos);
            }
            gates.put(spec.id(), gate);
        }
        gates.keySet().removeAll(gone.keySet());
        retired.putAll(gone);
        retired.values().removeIf(gate -> gate.isIdle(nowNanos));
    }

    /** Nothing was sent before. */
    void nothingBefore() {
        past = new Past.Nothing();
        gates.values().forEach(Gate::allKnown);
        retired.values().forEach(Gate::allKnown);
    }

    boolean pastIsUnknown() {
        return past instanceof Past.Unknown;
    }

    /** An earlier keeper knew this; only before the first grant. */
    void told(PoolHistory history, long nowNanos) {
        past = new Past.Told(history);
        gates.values().forEach(gate -> tell(gate, nowNanos));
    }

    private void tell(Gate gate, long nowNanos) {
        switch (past) {
            case Past.Unknown u -> {}
            case Past.Nothing n -> gate.allKnown();
            case Past.Told(PoolHistory history) -> {
                long knownUntil = history.asOfNanos() - history.doubtNanos();
                Optional<NodeHistory> node =
                        history.nodes().stream()
                                .filter(n -> n.node().equals(gate.spec().id()))
                                .findFirst();
                if (node.isPresent()) {
                    gate.goOn(node.get(), knownUntil, nowNanos);
                } else {
                    gate.newSince(knownUntil, nowNanos);
                }
            }
        }
    }

    List<NodeHistory> histories(boolean full, long nowNanos) {
        var histories = new ArrayList<NodeHistory>();
        for (Gate gate : gates.values()) {
            histories.add(full ? gate.history(nowNanos) : gate.newHistory(nowNanos));
        }
        for (Gate gate : retired.values()) {
            histories.add(full ? gate.history(nowNanos) : gate.newHistory(nowNanos));
        }
        return histories;
    }

    /** The worker may have these in flight at the nodes, and has not said so yet. */
    void reserve(String worker, Map<String, Integer> byNode) {
        byNode.forEach(
                (node, slots) -> {
                    Gate gate = find(node);
                    if (gate != null) {
                        gate.reserve(worker, slots, beganNanos + settings.slotNanos());
                    }
                });
    }

    void unreserve(String worker) {
        gates.values().forEach(gate -> gate.unreserve(worker));
        retired.values().forEach(gate -> gate.unreserve(worker));
    }

    void advance(long nowNanos) {
        gates.values().forEach(gate -> gate.advance(nowNanos));
        retired.values().removeIf(gate -> gate.isIdle(nowNanos));
    }
}
