package dev.sluice.worker.metrics;

import dev.sluice.chassis.metrics.Buckets;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What the workers of a process count and time, all in the same series. Safe for use by several
 * threads.
 *
 * <p>Labels are pools, lanes, nodes, and words of ours: nothing that a client or a node makes up.
 */
public final class LoopMetrics {

    // a result that is no failure has no reason
    private static final String NO_REASON = "none";
    private static final String DUPLICATE = "duplicate";
    private static final String THROTTLED = "429";

    private record Attempts(String pool, String node, String outcome) {}

    private record Results(String pool, String outcome, String reason) {}

    private final MeterRegistry registry;
    private final Map<Attempts, Timer> attempts = new ConcurrentHashMap<>();
    private final Map<RequestsTopic, Timer> waits = new ConcurrentHashMap<>();
    private final Map<Results, Counter> results = new ConcurrentHashMap<>();
    private final Timer appends;
    private final Counter appendFailures;
    private final Counter overdue;
    private final Counter unaccounted;
    private final Counter gained;
    private final Counter released;
    private final Counter lost;

    public LoopMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.appends =
                Timer.builder("sluice.worker.append")
                        .description("Time until the log has acknowledged a record of a worker")
                        .serviceLevelObjectives(Buckets.calls())
                        .register(registry);
        this.appendFailures =
                counter("sluice.worker.append.failures", "Appends that failed, and are repeated");
        this.overdue =
                counter(
                        "sluice.worker.attempts.overdue",
                        "Attempts that the HTTP client did not end, and the worker's watchdog did");
        this.unaccounted =
                counter(
                        "sluice.worker.grants.unaccounted",
                        "Grants that were out with no attempt under way for them: bugs");
        this.gained = counter("sluice.worker.shards.gained", "Shards that workers here were given");
        this.released = counter("sluice.worker.shards.released", "Shards that they let go alive");
        this.lost =
                counter(
                        "sluice.worker.shards.lost",
                        "Shards that were another's before they could be let go");
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    /**
     * An attempt is over.
     *
     * @param waitedSince when the log got the request
     */
    public void attempted(
            RequestsTopic topic,
            boolean first,
            Instant waitedSince,
            Attempt attempt,
            boolean made) {
        if (first && made) {
            timer(topic).record(between(waitedSince, attempt.startedAt()));
        }
        var key = new Attempts(topic.pool().value(), attempt.node(), outcome(attempt.result()));
        timer(key).record(between(attempt.startedAt(), attempt.finishedAt()));
    }

    /** The log has taken the end of a request. */
    public void recorded(Ending ending) {
        String pool = ending.request().position().topic().pool().value();
        Results key =
                switch (ending) {
                    case ResultEvent result ->
                            new Results(
                                    pool,
                                    result.outcome().text(),
                                    result.reason().map(Reason::text).orElse(NO_REASON));
                    case Duplicate _ -> new Results(pool, DUPLICATE, NO_REASON);
                };
        results.computeIfAbsent(key, this::newCounter).increment();
    }

    public void appended(long nanos) {
        appends.record(nanos, TimeUnit.NANOSECONDS);
    }

    public void appendFailed() {
        appendFailures.increment();
    }

    /** The HTTP client did not end an attempt. */
    public void overdue() {
        overdue.increment();
    }

    /** No attempt is under way for a grant that is out. */
    public void unaccounted() {
        unaccounted.increment();
    }

    public void gained(int shards) {
        gained.increment(shards);
    }

    public void released(int shards) {
        released.increment(shards);
    }

    public void lost(int shards) {
        lost.increment(shards);
    }

    /** Ends the series of nodes that are not among these. */
    public void keepNodes(Collection<String> nodes) {
        attempts.entrySet()
                .removeIf(
                        entry -> {
                            boolean gone = !nodes.contains(entry.getKey().node);
                            if (gone) {
                                var _ = registry.remove(entry.getValue());
                            }
                            return gone;
                        });
    }

    /** A status by its class, but for the one that says to come back later. */
    private static String outcome(String result) {
        boolean status = result.length() == 3 && Character.isDigit(result.charAt(0));
        return !status ? result : result.equals(THROTTLED) ? "throttled" : result.charAt(0) + "xx";
    }

    /** By the clocks of two machines, so it may come out below 0. */
    private static Duration between(Instant from, Instant to) {
        return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
    }

    private Timer timer(Attempts key) {
        Timer timer = attempts.get(key);
        return timer != null ? timer : attempts.computeIfAbsent(key, this::newTimer);
    }

    private Timer newTimer(Attempts key) {
        return Timer.builder("sluice.attempts")
                .description("Time from the write to the node until its answer was complete")
                .serviceLevelObjectives(Buckets.calls())
                .tag("pool", key.pool)
                .tag("node", key.node)
                .tag("outcome", key.outcome)
                .register(registry);
    }

    private Timer timer(RequestsTopic topic) {
        Timer timer = waits.get(topic);
        return timer != null ? timer : waits.computeIfAbsent(topic, this::newTimer);
    }

    private Timer newTimer(RequestsTopic topic) {
        return Timer.builder("sluice.wait")
                .description("Time from a request's append to the start of its first attempt")
                .serviceLevelObjectives(Buckets.waits())
                .tag("pool", topic.pool().value())
                .tag("lane", topic.lane().text())
                .register(registry);
    }

    private Counter newCounter(Results key) {
        return Counter.builder("sluice.results")
                .description("Requests ended by workers here, by how and why")
                .tag("pool", key.pool)
                .tag("outcome", key.outcome)
                .tag("reason", key.reason)
                .register(registry);
    }
}
