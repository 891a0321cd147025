package dev.sluice.testkit;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * A scripted HTTP node on loopback that records every request it sees.
 *
 * <p>{@code GET /health} is answered apart (see {@link #healthy}) and is no request. Nothing
 * blocks: thousands of requests may wait for their delay at once.
 */
public final class FakeNode implements AutoCloseable {

    /** What is kept of each request; the script sees all of it either way. */
    public enum Keep {
        /** Everything. */
        ALL,
        /** For long runs: no body, and of the headers only those named {@code Sluice-…}. */
        LENGTHS
    }

    private final Server server;
    private final ServerConnector connector;
    private final FakeNodeHandler handler;
    private final Keep keep;
    private final boolean secure;
    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Throwable> scriptFailure = new AtomicReference<>();
    private volatile Function<Seen, Reply> script;

    private FakeNode(Keep keep, Optional<SelfSigned> key, Function<Seen, Reply> script) {
        this.keep = keep;
        this.script = script;
        // One acceptor and one selector: the machine belongs to what is tested.
        var threads = new QueuedThreadPool(16);
        threads.setName("fake-node");
        threads.setDaemon(true);
        server = new Server(threads);
        var config = new HttpConfiguration();
        config.setSendServerVersion(false);
        // sees every path as it was sent, %2F and the like: refusing is the system's to do
        config.setUriCompliance(UriCompliance.UNSAFE);
        var http = new HttpConnectionFactory(config);
        secure = key.isPresent();
        connector =
                key.map(own -> new ServerConnector(server, 1, 1, tls(own), http))
                        .orElseGet(() -> new ServerConnector(server, 1, 1, http));
        connector.setHost("127.0.0.1");
        // A hanging request hangs for longer than any test.
        connector.setIdleTimeout(Duration.ofMinutes(10).toMillis());
        server.addConnector(connector);
        server.setStopTimeout(0);
        handler = new FakeNodeHandler(this::replyTo, this::keepRequest);
        server.setHandler(handler);
    }

    /** A node on a free port that answers as the script says. */
    public static FakeNode start(Keep keep, Function<Seen, Reply> script) {
        return start(new FakeNode(keep, Optional.empty(), script));
    }

    /** Echoes, and speaks TLS with this key. */
    public static FakeNode secure(SelfSigned key) {
        return start(new FakeNode(Keep.ALL, Optional.of(key), Reply::echo));
    }

    private static FakeNode start(FakeNode node) {
        node.start();
        // so that a restart takes the same port
        node.connector.setPort(node.connector.getLocalPort());
        return node;
    }

    private static SslConnectionFactory tls(SelfSigned key) {
        var context = new SslContextFactory.Server();
        context.setKeyStorePath(key.store().toString());
        context.setKeyStorePassword(SelfSigned.PASSWORD);
        return new SslConnectionFactory(context, HttpVersion.HTTP_1_1.asString());
    }

    public static FakeNode start(Function<Seen, Reply> script) {
        return start(Keep.ALL, script);
    }

    public static FakeNode echo() {
        return start(Reply::echo);
    }

    public static FakeNode fixed(int status) {
        return start(request -> Reply.status(status));
    }

    /** Echoes after a while. */
    public static FakeNode slow(Duration delay) {
        return start(request -> Reply.echo(request).after(delay));
    }

    /** From now on, answer like this. */
    public void script(Function<Seen, Reply> next) {
        script = next;
    }

    /** How {@code GET /health} is answered from now on: 200, or 503. */
    public void healthy(boolean healthy) {
        handler.healthy(healthy);
    }

    public int healthChecks() {
        return handler.healthChecks();
    }

    public URI uri() {
        return URI.create((secure ? "https" : "http") + "://127.0.0.1:" + port());
    }

    public int port() {
        return connector.getPort();
    }

    /** All requests up to now, by the time their bodies were complete. */
    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** Number of {@link #seen}. */
    public int count() {
        return seen.size();
    }

    /** Arrivals and body sizes, for {@link SlidingWindow}. */
    public List<SlidingWindow.Hit> hits() {
        var hits = new ArrayList<SlidingWindow.Hit>();
        seen.forEach(s -> hits.add(new SlidingWindow.Hit(s.arrivedNanos(), s.bodyBytes())));
        return hits;
    }

    /** Requests that arrived and are not answered. */
    public int inFlight() {
        return handler.inFlight();
    }

    /** The most requests that were ever in flight at once. */
    public int peakInFlight() {
        return handler.peakInFlight();
    }

    /** Closes the port and all connections: from now on connections are refused. */
    public void stop() {
        lifecycle(server::stop);
        handler.forgetInFlight();
    }

    /** Opens the same port again after {@link #stop}. */
    public void start() {
        lifecycle(server::start);
    }

    /**
     * Stops the node.
     *
     * @throws IllegalStateException if a script threw: its requests got a 500, and the test is
     *     wrong
     */
    @Override
    public void close() {
        stop();
        var failure = scriptFailure.get();
        if (failure != null) {
            throw new IllegalStateException("a script of the node failed", failure);
        }
    }

    private void keepRequest(Seen request) {
        seen.add(keep == Keep.ALL ? request : request.lengthsOnly());
    }

    private Reply replyTo(Seen request) {
        try {
            return script.apply(request);
        } catch (RuntimeException | AssertionError e) {
            scriptFailure.compareAndSet(null, e);
            return Reply.text(500, "the script failed: " + e);
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void lifecycle(Step step) {
        try {
            step.run();
        } catch (Exception e) { // declared as such by Jetty's life cycle
            throw new IllegalStateException(e);
        }
    }
}
