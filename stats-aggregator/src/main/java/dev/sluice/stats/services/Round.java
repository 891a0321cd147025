package dev.sluice.stats.services;

import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.ServiceKind;
import dev.sluice.protocol.TrafficReport;
import dev.sluice.protocol.UnreadableRecordException;
import dev.sluice.stats.figures.TrafficSum;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What all services answered in one round.
 *
 * @param finishedNanos by the monotonic clock
 * @param traffic of all ingresses together
 * @param ingresses whose traffic is in it
 * @param gates by node, as the workers say that keep them
 * @param keepers by pool, the service in which its gates are kept
 */
public record Round(
        long finishedNanos,
        long tookMs,
        List<ServiceReport> services,
        TrafficReport traffic,
        int ingresses,
        Map<String, Gate> gates,
        Map<String, String> keepers) {

    private static final String HISTOGRAM = "histogram";

    /** Nothing that was said. */
    public static Round none(long nowNanos) {
        return of(nowNanos, 0, List.of());
    }

    /** Puts the answers together. */
    static Round of(long finishedNanos, long tookMs, List<ServiceReport> answers) {
        var traffic = new TrafficSum();
        int ingresses = 0;
        var services = new ArrayList<ServiceReport>();
        var gates = new HashMap<String, Gate>();
        var keepers = new HashMap<String, String>();
        for (ServiceReport answer : answers) {
            ServiceReport service = answer;
            if (isUp(answer, ServiceKind.INGRESS)) {
                service = traffic(answer, traffic);
                ingresses += service.state() == ServiceReport.State.UP ? 1 : 0;
            } else if (isUp(answer, ServiceKind.NODE_WORKER)) {
                gates(answer, gates, keepers);
            }
            services.add(service);
        }
        return new Round(
                finishedNanos,
                tookMs,
                List.copyOf(services),
                traffic.sum(),
                ingresses,
                Map.copyOf(gates),
                Map.copyOf(keepers));
    }

    private static boolean isUp(ServiceReport answer, ServiceKind kind) {
        return answer.stats().isPresent()
                && answer.announced().filter(info -> info.kind() == kind).isPresent();
    }

    /** Adds its traffic; its histogram is for us and not for people. */
    private static ServiceReport traffic(ServiceReport answer, TrafficSum sum) {
        ObjectNode figures = ((ObjectNode) answer.stats().orElseThrow()).deepCopy();
        try {
            sum.add(ProtocolJson.mapper().treeToValue(figures, TrafficReport.class));
            figures.remove(HISTOGRAM);
            return answer.with(figures);
        } catch (JacksonException | UnreadableRecordException e) {
            return answer.unreadable("not the figures of an ingress");
        }
    }

    private static void gates(
            ServiceReport answer, Map<String, Gate> gates, Map<String, String> keepers) {
        JsonNode pools = answer.stats().orElseThrow().path("pools");
        for (Map.Entry<String, JsonNode> pool : pools.properties()) {
            if (!pool.getValue().path("kept_here").asBoolean(false)) {
                continue;
            }
            keepers.put(pool.getKey(), answer.name());
            for (JsonNode node : pool.getValue().path("nodes")) {
                gates.put(
                        node.path("id").asString(""),
                        new Gate(
                                node.path("in_flight").asInt(0),
                                node.path("breaker").asString("unknown"),
                                node.path("cooling_down").asBoolean(false)));
            }
        }
    }
}
