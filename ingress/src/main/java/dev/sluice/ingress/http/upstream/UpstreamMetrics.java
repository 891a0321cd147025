package dev.sluice.ingress.http.upstream;

import dev.sluice.chassis.http.HttpMetrics;
import dev.sluice.chassis.metrics.Buckets;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Times the exchanges with the services behind, by the route that leads to each. */
public final class UpstreamMetrics {

    /** No whole answer came. */
    static final String FAILED = "failed";

    private record Key(String upstream, String status) {}

    private final MeterRegistry registry;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

    public UpstreamMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Shows how many exchanges are under way. */
    void underWay(Collection<?> exchanges) {
        Gauge.builder("sluice.proxy.active.requests", exchanges, Collection::size)
                .description("Requests on their way to services behind")
                .register(registry);
    }

    /**
     * An exchange is over.
     *
     * @param upstream the name of its route, of which the settings have few
     * @param status of the answer; 0 where no whole answer came
     */
    void ended(String upstream, int status, long nanos) {
        var key = new Key(upstream, status == 0 ? FAILED : HttpMetrics.statusClass(status));
        timers.computeIfAbsent(key, this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Key key) {
        return Timer.builder("sluice.proxy.requests")
                .description("Time until the answer of a service behind was complete")
                .serviceLevelObjectives(Buckets.calls())
                .tag("upstream", key.upstream)
                .tag("status", key.status)
                .register(registry);
    }
}
