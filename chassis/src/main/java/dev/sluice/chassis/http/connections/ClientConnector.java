package dev.sluice.chassis.http.connections;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.time.NanoClock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** Jetty's connector with bounds on how many connections there are, whose, and how slow. */
public final class ClientConnector extends ServerConnector {

    // a client that left is noticed within twice this
    private static final long LOOK_MS = 250;
    private static final int AS_MANY_AS_USUAL = -1;
    // those beyond it try again after a second, all who come in that moment: Java's own is 50
    private static final int ACCEPT_QUEUE = 1_024;

    private final Connections connections;
    private volatile @Nullable CountDownLatch stopped;
    private volatile boolean accepting = true;

    private ClientConnector(
            Server server,
            HttpConfiguration http,
            ConnectionLimits limits,
            MeterRegistry registry,
            NanoClock nanos) {
        super(server, AS_MANY_AS_USUAL, AS_MANY_AS_USUAL, new HttpConnectionFactory(http));
        var counters = counters(registry);
        this.connections =
                new Connections(
                        limits,
                        Descriptors.SYSTEM,
                        nanos,
                        why -> {
                            Counter counter = counters.get(why);
                            if (counter != null) {
                                counter.increment();
                            }
                        });
        Gauge.builder("sluice.http.connections", connections::open)
                .description("Open connections of clients")
                .strongReference(true)
                .register(registry);
        addBean(new Accepts());
        server.insertHandler(new ClientHandler(connections));
    }

    /** Counts on the thread that accepts, so that not one too many is. */
    private final class Accepts implements SelectorManager.AcceptListener {

        @Override
        public void onAccepting(SelectableChannel channel) {
            connections.accepting();
            gate();
        }

        @Override
        public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
            connections.closed();
            gate();
        }

        @Override
        public void onClosed(SelectableChannel channel) {
            connections.closed();
            gate();
        }
    }

    /** Connectors that listen there. */
    public static BiFunction<Server, HttpConfiguration, Connector> on(
            String host, int port, ConnectionLimits limits, MeterRegistry registry) {
        return (server, http) -> {
            var connector = new ClientConnector(server, http, limits, registry, NanoClock.SYSTEM);
            connector.setHost(host);
            connector.setPort(port);
            connector.setAcceptQueueSize(ACCEPT_QUEUE);
            return connector;
        };
    }

    private static Map<Connections.Closed, Counter> counters(MeterRegistry registry) {
        var counters = new EnumMap<Connections.Closed, Counter>(Connections.Closed.class);
        for (var why : Connections.Closed.values()) {
            counters.put(
                    why,
                    Counter.builder("sluice.http.connections.closed")
                            .description("Connections that were closed for what a client did")
                            .tag("reason", why.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        return counters;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        var stop = new CountDownLatch(1);
        stopped = stop;
        Fatal.start("connections-" + getLocalPort(), () -> lookUntil(stop));
    }

    @Override
    protected void doStop() throws Exception {
        CountDownLatch stop = stopped;
        if (stop != null) {
            stop.countDown();
        }
        super.doStop();
    }

    private void lookUntil(CountDownLatch stop) {
        try {
            while (!stop.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
                connections.look();
                gate();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody interrupts it but to end it
        }
    }

    /** Beyond the bound nothing is accepted: who comes waits in the kernel's queue. */
    private synchronized void gate() {
        boolean room = connections.hasRoom();
        if (room != accepting && isRunning()) {
            accepting = room;
            setAccepting(room);
        }
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(
            SocketChannel channel, ManagedSelector selector, SelectionKey key) throws IOException {
        InetAddress address = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
        var endPoint =
                new ClientEndPoint(
                        channel,
                        selector,
                        key,
                        getScheduler(),
                        getExecutor(),
                        connections,
                        ClientNetwork.of(address),
                        connections.isTrusted(address),
                        connections.newPace());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    @Override
    protected void onEndPointOpened(EndPoint endPoint) {
        super.onEndPointOpened(endPoint);
        if (endPoint instanceof ClientEndPoint opened) {
            connections.opened(opened);
        }
    }

    @Override
    protected void onEndPointClosed(EndPoint endPoint) {
        super.onEndPointClosed(endPoint);
        if (endPoint instanceof ClientEndPoint gone) {
            connections.gone(gone);
        }
    }
}
