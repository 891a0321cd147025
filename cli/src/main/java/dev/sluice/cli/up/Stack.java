package dev.sluice.cli.up;

import dev.sluice.chassis.lifecycle.Lifecycle;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.cli.demo.DemoNodes;
import dev.sluice.cli.kafka.Broker;
import dev.sluice.cli.nodes.AdminTokenFile;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** All of Sluice in one process: demo nodes, broker, services; started whole or not at all. */
public final class Stack implements AutoCloseable {

    // what closing takes beside the drain: HTTP servers, Kafka clients, the broker
    private static final Duration CLOSING = Duration.ofSeconds(20);

    private final Plan plan;
    private final NanoClock nanos;
    private final InstantSource wall;
    private final Lifecycle lifecycle = new Lifecycle("up");
    private final CompletableFuture<String> failed = new CompletableFuture<>();

    /**
     * Reads and checks all settings; starts nothing.
     *
     * @throws dev.sluice.chassis.settings.SettingsException with everything that is wrong
     */
    public Stack(
            UpOptions options,
            Map<String, String> environment,
            NanoClock nanos,
            InstantSource wall) {
        this.plan = Plan.read(options, environment);
        this.nanos = nanos;
        this.wall = wall;
    }

    /**
     * Starts everything and returns when all of it is ready.
     *
     * @throws StartException if a part cannot start; those before it are closed again
     */
    public Ready start() throws StartException {
        try {
            return startAll();
        } catch (StartException e) {
            lifecycle.close();
            throw e;
        }
    }

    private Ready startAll() throws StartException {
        long begunNanos = nanos.nanoTime();
        DataDirectory data = lifecycle.add(() -> DataDirectory.open(plan.options().data()));
        plan.requirePortsFree();
        var base = new Together();
        Optional<Future<Broker>> broker =
                plan.embeddedKafka()
                        .map(port -> base.begin(() -> Broker.start(port.number(), data.kafka())));
        Optional<Future<DemoNodes>> demo =
                plan.demoNodes()
                        ? Optional.of(
                                base.begin(
                                        () -> DemoNodes.start("127.0.0.1", plan.demoPort(), nanos)))
                        : Optional.empty();
        lifecycle.add(
                () -> {
                    base.await();
                    return base;
                });
        broker.ifPresent(future -> watch(future.resultNow()));
        if (demo.isPresent()) {
            data.write(plan.options().demoNodesFile(), demo.get().resultNow().nodesFile());
        } else if (plan.demoBefore()) {
            // those of an earlier start are still registered, and no longer run
            data.write(plan.options().demoNodesFile(), DemoNodes.NONE);
        }
        Broker.prepareTopics(plan.kafka());
        // a token that is set is nobody else's to keep
        Optional<AdminTokenFile.Kept> token =
                plan.services().monitor().adminToken().isPresent()
                        ? Optional.empty()
                        : Optional.of(AdminTokenFile.keep(plan.options().data()));
        Plan whole = token.map(kept -> plan.withAdminToken(kept.token())).orElse(plan);
        var services = lifecycle.add(() -> Services.start(whole, nanos, wall));
        lifecycle.running();
        return new Ready(
                services.urls(),
                plan.services().worker().count(),
                plan.bootstrapServers(),
                broker.isPresent(),
                plan.options().data(),
                token,
                Duration.ofNanos(nanos.nanoTime() - begunNanos));
    }

    private void watch(Broker broker) {
        var _ = broker.failed().thenAccept(status -> failed.complete(brokerFailed()));
    }

    private String brokerFailed() {
        return ("the embedded Kafka broker failed and cannot go on (is the disk of %s full?);"
                        + " nothing that was accepted is lost")
                .formatted(plan.options().data());
    }

    /** Completes with the reason when a part has failed for good and all is to be closed. */
    public CompletableFuture<String> failed() {
        return failed.copy();
    }

    /** The longest that {@link #close} may take. */
    public Duration closeLimit() {
        return plan.services().worker().drain().plus(CLOSING);
    }

    @Override
    public void close() {
        lifecycle.close();
    }
}
