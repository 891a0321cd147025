package dev.sluice.cli.up;

import dev.sluice.chassis.lifecycle.Lifecycle;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.cli.data.SecretFile;
import dev.sluice.cli.demo.DemoNodes;
import dev.sluice.cli.kafka.Broker;
import dev.sluice.cli.kafka.BrokerLogin;
import java.nio.file.Path;
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
        Path dir = plan.options().data();
        Descriptors.ofThisProcess().require(plan.services().worker().count());
        // what another 'up' holds may be read by one that keeps nothing of its own there
        boolean mayJoin = plan.embeddedKafka().isEmpty() && !plan.demoNodes();
        DataDirectory data = lifecycle.add(() -> DataDirectory.open(dir, mayJoin));
        plan.requirePortsFree();
        Optional<Secret> secret =
                plan.embeddedKafka().isPresent()
                        ? Optional.of(SecretFile.KAFKA.keep(dir).secret())
                        : Optional.empty();
        startBrokerAndDemoNodes(data, secret);
        Plan whole =
                plan.withKafka(
                        secret.isPresent()
                                ? BrokerLogin.own(plan.kafka(), secret.get())
                                : BrokerLogin.findBeside(plan.kafka(), dir));
        Broker.prepareTopics(whole.kafka());
        // a token that is set is nobody else's to keep
        Optional<SecretFile.Kept> token =
                plan.services().monitor().adminToken().isPresent()
                        ? Optional.empty()
                        : Optional.of(SecretFile.ADMIN_TOKEN.keep(dir));
        Plan served = token.map(kept -> whole.withAdminToken(kept.secret())).orElse(whole);
        var services = lifecycle.add(() -> Services.start(served, nanos, wall));
        lifecycle.running();
        return new Ready(
                services.urls(),
                plan.services().worker().count(),
                plan.bootstrapServers(),
                plan.embeddedKafka().isPresent(),
                dir,
                token,
                Duration.ofNanos(nanos.nanoTime() - begunNanos));
    }

    private void startBrokerAndDemoNodes(DataDirectory data, Optional<Secret> secret)
            throws StartException {
        var base = new Together();
        Optional<Future<Broker>> broker = Optional.empty();
        if (plan.embeddedKafka().isPresent() && secret.isPresent()) {
            int port = plan.embeddedKafka().get().number();
            int workers = plan.services().worker().count();
            int connections = Descriptors.ofThisProcess().brokerConnections(workers);
            broker =
                    Optional.of(
                            base.begin(
                                    () ->
                                            Broker.start(
                                                    port,
                                                    data.kafka(),
                                                    secret.get(),
                                                    connections)));
        }
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
        } else if (plan.demoBefore() && !data.joined()) {
            // those of an earlier start are still registered, and no longer run
            data.write(plan.options().demoNodesFile(), DemoNodes.NONE);
        }
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
