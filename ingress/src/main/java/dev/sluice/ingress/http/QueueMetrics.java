package dev.sluice.ingress.http;

import dev.sluice.chassis.metrics.Buckets;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Counts what became of the requests to the queue, by pool and outcome. */
public final class QueueMetrics {

    /** The pool of requests that named none that exists: clients must not make labels. */
    static final String NO_POOL = "unknown";

    /** The outcome of a request that the log has; the others are the words of the problems. */
    static final String ACCEPTED = "accepted";

    /** The outcome of a request that came before under its idempotency key. */
    static final String REPEATED = "repeated";

    private record Key(String pool, String outcome) {}

    private final MeterRegistry registry;
    private final Map<Key, Counter> counters = new ConcurrentHashMap<>();
    private final Timer appends;

    public QueueMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.appends =
                Timer.builder("sluice.ingress.append")
                        .description("Time until the log has acknowledged a request")
                        .serviceLevelObjectives(Buckets.calls())
                        .register(registry);
    }

    void count(String pool, String outcome) {
        var key = new Key(pool, outcome);
        Counter counter = counters.get(key);
        if (counter == null) {
            counter = counters.computeIfAbsent(key, this::counter);
        }
        counter.increment();
    }

    void appended(long nanos) {
        appends.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** How many requests had each outcome since the start, over all pools. */
    Map<String, Long> byOutcome() {
        var counts = new TreeMap<String, Long>();
        counters.forEach(
                (key, counter) -> counts.merge(key.outcome(), (long) counter.count(), Long::sum));
        return counts;
    }

    private Counter counter(Key key) {
        return Counter.builder("sluice.ingress.requests")
                .description("Requests to the queue by what became of them")
                .tag("pool", key.pool())
                .tag("outcome", key.outcome())
                .register(registry);
    }
}
