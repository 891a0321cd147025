package dev.sluice.worker;

import dev.sluice.worker.credentials.Permission;
import dev.sluice.worker.kafka.Worker;
import dev.sluice.worker.keeper.Keeper;
import dev.sluice.worker.secrets.Secrets;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a worker process says of itself at {@code /stats} and {@code /metrics}. */
final class WorkerStats {

    private final List<Worker> workers;
    private final Keeper keeper;
    private final Secrets secrets;

    WorkerStats(List<Worker> workers, Keeper keeper, Secrets secrets, MeterRegistry registry) {
        this.workers = workers; // they are added as they start
        this.keeper = keeper;
        this.secrets = secrets;
        Gauge.builder("sluice.worker.shards", this, WorkerStats::shards)
                .description("Shards that the workers of this process own")
                .register(registry);
        Gauge.builder("sluice.worker.in.flight", this, WorkerStats::inFlight)
                .description("Requests on their way to a node")
                .register(registry);
        Gauge.builder("sluice.worker.buffered", this, WorkerStats::buffered)
                .description("Requests read from the log and not done")
                .register(registry);
        Gauge.builder("sluice.worker.nodes.without.credential", this, WorkerStats::withheld)
                .description("Nodes that get no requests for want of their credential")
                .register(registry);
        keys(registry);
    }

    private void keys(MeterRegistry registry) {
        Gauge.builder("sluice.worker.idempotency.keys", this, WorkerStats::keys)
                .description("Idempotency keys that are remembered")
                .register(registry);
        FunctionCounter.builder(
                        "sluice.worker.idempotency.keys.forgotten",
                        this,
                        WorkerStats::keysForgotten)
                .description("Idempotency keys forgotten before their time: the bound is reached")
                .register(registry);
    }

    /** The answer of {@code GET /stats}. */
    Map<String, Object> json() {
        var list = new ArrayList<Map<String, Object>>();
        for (Worker worker : workers) {
            var figures = worker.figures();
            list.add(
                    Map.of(
                            "id", worker.id(),
                            "shards", figures.shards(),
                            "in_flight", figures.inFlight(),
                            "requests", figures.requests(),
                            "idempotency_keys", figures.keys(),
                            "idempotency_keys_forgotten", figures.keysForgotten()));
        }
        var pools = new LinkedHashMap<String, Object>();
        keeper.figures().forEach((pool, figures) -> pools.put(pool.value(), pool(figures)));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("workers", list);
        answer.put("pools", pools);
        answer.put("credentials", credentials());
        return answer;
    }

    /** What there is, without any value. */
    private List<Map<String, Object>> credentials() {
        var list = new ArrayList<Map<String, Object>>();
        for (var named : secrets.credentials().all()) {
            var one = new LinkedHashMap<String, Object>();
            one.put("name", named.name());
            one.put("from", named.entry().from());
            named.entry()
                    .credential()
                    .ifPresent(
                            credential -> {
                                one.put("header", credential.header());
                                one.put(
                                        "hosts",
                                        credential.hosts().stream().map(Object::toString).toList());
                            });
            one.put("problems", named.entry().problems());
            list.add(one);
        }
        return list;
    }

    private Map<String, Object> pool(Keeper.Figures figures) {
        var nodes = new ArrayList<Map<String, Object>>();
        for (var gate : figures.nodes()) {
            var node = new LinkedHashMap<String, Object>();
            node.put("id", gate.spec().id());
            node.put("health", gate.health().text());
            node.put("in_flight", gate.inFlight());
            node.put("max_in_flight", gate.spec().maxInFlight());
            node.put("requests_in_window", gate.requestsInWindow());
            node.put("rpm", gate.spec().rpm());
            node.put("bytes_in_window", gate.bytesInWindow());
            node.put("bpm", gate.spec().bpm());
            node.put("breaker", gate.breaker());
            node.put("cooling_down", gate.coolingDown());
            gate.spec().credential().ifPresent(name -> node.put("credential", name));
            if (secrets.credentials().permission(gate.spec())
                    instanceof Permission.Withheld(String why)) {
                node.put("withheld", why);
            }
            nodes.add(node);
        }
        return Map.of("kept_here", figures.kept(), "tickets", figures.waiting(), "nodes", nodes);
    }

    private double shards() {
        return workers.stream().mapToInt(worker -> worker.figures().shards().size()).sum();
    }

    private double inFlight() {
        return workers.stream().mapToInt(worker -> worker.figures().inFlight()).sum();
    }

    private double keys() {
        return workers.stream().mapToInt(worker -> worker.figures().keys()).sum();
    }

    private double keysForgotten() {
        return workers.stream().mapToLong(worker -> worker.figures().keysForgotten()).sum();
    }

    private double withheld() {
        return keeper.figures().values().stream()
                .flatMap(pool -> pool.nodes().stream())
                .map(gate -> secrets.credentials().permission(gate.spec()))
                .filter(Permission.Withheld.class::isInstance)
                .count();
    }

    private double buffered() {
        return workers.stream()
                .mapToInt(
                        worker ->
                                worker.figures().requests().values().stream()
                                        .mapToInt(Integer::intValue)
                                        .sum())
                .sum();
    }
}
