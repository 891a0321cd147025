package dev.sluice.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * One Kafka node, broker and KRaft controller, in this JVM, on the loopback interface.
 *
 * <p>A crash of the process loses nothing that was acknowledged: it stands in the page cache. A
 * crash of the machine may lose the last seconds.
 */
public final class EmbeddedKafka implements AutoCloseable {

    // A free port may be taken between the look and the bind; three in a row is no accident.
    private static final int ATTEMPTS_ON_FREE_PORTS = 3;

    private final BrokerSettings settings;
    private final DirectoryLock lock;
    private final ThreadGroup threads;
    private final KafkaRaftServer server;
    private final CompletableFuture<Integer> failed;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedKafka(
            BrokerSettings settings,
            DirectoryLock lock,
            ThreadGroup threads,
            KafkaRaftServer server,
            CompletableFuture<Integer> failed) {
        this.settings = settings;
        this.lock = lock;
        this.threads = threads;
        this.server = server;
        this.failed = failed;
    }

    /**
     * Starts a broker and returns when it serves clients.
     *
     * @throws BrokerStartException if it does not start; nothing of it is left running then
     */
    public static EmbeddedKafka start(BrokerSettings settings) {
        for (int attempt = 1; ; attempt++) {
            var chosen = choosePorts(settings);
            try {
                return startOnce(chosen, BrokerDirectory.prepare(chosen.dir()));
            } catch (BrokerStartException.PortTaken e) {
                boolean ours = e.port() != settings.port() && e.port() != settings.controllerPort();
                if (!ours || attempt == ATTEMPTS_ON_FREE_PORTS) {
                    throw e;
                }
            }
        }
    }

    public String bootstrapServers() {
        return BrokerProperties.HOST + ":" + settings.port();
    }

    /** The settings with the ports that were taken. */
    public BrokerSettings settings() {
        return settings;
    }

    /**
     * Completes with Kafka's exit status when the broker fails for good while it runs: its
     * directory cannot be written (disk full, gone), or its controller broke. Kafka would end the
     * JVM; here it is the owner's to end what depends on the broker. Until closed, it answers with
     * errors.
     */
    public CompletableFuture<Integer> failed() {
        return failed.copy();
    }

    /** Stops the broker, at once for its clients. May be called twice. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        server.shutdown();
        server.awaitShutdown();
        FatalExits.forget(threads);
        lock.close();
        if (settings.deleteOnClose()) {
            BrokerDirectory.delete(settings.dir());
        }
    }

    private static EmbeddedKafka startOnce(BrokerSettings settings, DirectoryLock lock) {
        var threads = new ThreadGroup("kafka-" + settings.port());
        var failed = new CompletableFuture<Integer>();
        FatalExits.listen(threads, failed::complete);
        var starting = new FutureTask<>(() -> startServer(settings));
        new Thread(threads, starting, "kafka-start").start();
        try {
            return new EmbeddedKafka(settings, lock, threads, starting.get(), failed);
        } catch (ExecutionException e) {
            FatalExits.forget(threads);
            lock.close();
            throw explain(settings, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            // The start goes on and cannot be taken back halfway: stop it as soon as it is through.
            Thread.currentThread().interrupt();
            Thread.ofPlatform().start(() -> stopWhenStarted(starting, threads, lock));
            throw new BrokerStartException.Failed(settings.dir(), e);
        }
    }

    private static KafkaRaftServer startServer(BrokerSettings settings) {
        var server =
                new KafkaRaftServer(new KafkaConfig(BrokerProperties.of(settings)), Time.SYSTEM);
        try {
            server.startup();
            return server;
        } catch (RuntimeException e) {
            try {
                server.shutdown();
            } catch (RuntimeException alsoStopping) {
                e.addSuppressed(alsoStopping);
            }
            throw e;
        }
    }

    private static void stopWhenStarted(
            FutureTask<KafkaRaftServer> starting, ThreadGroup threads, DirectoryLock lock) {
        try {
            starting.get().shutdown();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("interrupted start did not end", e);
        } finally {
            FatalExits.forget(threads);
            lock.close();
        }
    }

    private static BrokerStartException explain(BrokerSettings settings, Throwable failure) {
        for (var t : Stream.iterate(failure, t -> t != null, Throwable::getCause).toList()) {
            var message = String.valueOf(t.getMessage());
            if (message.contains("Failed to acquire lock on file")) {
                return new BrokerStartException.DirectoryInUse(settings.dir(), failure);
            }
            if (t instanceof BindException || message.contains("Address already in use")) {
                return message.contains(":" + settings.controllerPort())
                        ? BrokerStartException.PortTaken.controller(
                                settings.controllerPort(), failure)
                        : BrokerStartException.PortTaken.broker(settings.port(), failure);
            }
        }
        return new BrokerStartException.Failed(settings.dir(), failure);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Looks before Kafka does: a port that is taken is told before the directory is touched. */
    private static BrokerSettings choosePorts(BrokerSettings wanted) {
        // Both are held while choosing, so that they differ.
        try (var broker = new ServerSocket()) {
            broker.bind(loopback(wanted.port()));
            try (var controller = new ServerSocket()) {
                controller.bind(loopback(wanted.controllerPort()));
                return wanted.withPort(broker.getLocalPort())
                        .withControllerPort(controller.getLocalPort());
            } catch (IOException e) {
                throw BrokerStartException.PortTaken.controller(wanted.controllerPort(), e);
            }
        } catch (IOException e) {
            throw BrokerStartException.PortTaken.broker(wanted.port(), e);
        }
    }
}
