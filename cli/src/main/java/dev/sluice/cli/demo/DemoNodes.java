package dev.sluice.cli.demo;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.time.NanoClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Three demo nodes, each on a port of its own, in one HTTP server. */
public final class DemoNodes implements AutoCloseable {

    /** A nodes file that lists no node. */
    public static final String NONE = "# Written by 'sluice up'.%nnodes: []%n".formatted();

    // three selectors, and the threads that read and write; a waiting answer holds none
    private static final int THREADS = 16;

    private final Server server;
    private final List<DemoNode> nodes = new ArrayList<>();
    private final List<ServerConnector> connectors = new ArrayList<>();

    private DemoNodes(String host, int firstPort, NanoClock clock) {
        var threads = new QueuedThreadPool(THREADS);
        threads.setName("demo-nodes");
        threads.setDaemon(true);
        server = new Server(threads);
        server.setStopTimeout(0); // who waits for a demo node's answer has gone by then
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        var byConnector = new LinkedHashMap<Connector, DemoNode>();
        for (DemoNode node : DemoNode.three(clock)) {
            // no acceptor threads: the selector accepts
            var connector = new ServerConnector(server, 0, 1, new HttpConnectionFactory(http));
            connector.setHost(host);
            connector.setPort(firstPort == 0 ? 0 : firstPort + nodes.size());
            server.addConnector(connector);
            connectors.add(connector);
            nodes.add(node);
            byConnector.put(connector, node);
        }
        server.setHandler(new DemoHandler(byConnector));
    }

    /**
     * Starts them.
     *
     * @param host the address to bind
     * @param firstPort of the first; the others follow; 0 takes free ones
     */
    public static DemoNodes start(String host, int firstPort, NanoClock clock)
            throws StartException {
        var demo = new DemoNodes(host, firstPort, clock);
        try {
            demo.server.start();
            return demo;
        } catch (IOException e) {
            demo.stopAfter(e);
            throw new StartException(
                    ("the demo nodes need three free ports from %d on: %s. Stop what listens"
                                    + " there, set DEMO_PORT to another first port (0 takes free"
                                    + " ones), or use --no-demo-nodes")
                            .formatted(firstPort, e.getMessage()),
                    e);
        } catch (Exception e) { // declared as such by Jetty's life cycle
            demo.stopAfter(e);
            throw new StartException("the demo nodes did not start: " + e.getMessage(), e);
        }
    }

    /** The nodes by URL, in their order. */
    public List<String> urls() {
        return connectors.stream().map(c -> "http://127.0.0.1:" + c.getLocalPort()).toList();
    }

    /** What each node's {@code GET /stats} answers, in their order. */
    public List<Map<String, Object>> stats() {
        return nodes.stream().map(DemoNode::stats).toList();
    }

    /** The nodes as a nodes file. */
    public String nodesFile() {
        var yaml =
                new StringBuilder(
                        "# The demo nodes, written by 'sluice up' at each start.\nnodes:\n");
        List<String> urls = urls();
        for (int i = 0; i < nodes.size(); i++) {
            DemoNode node = nodes.get(i);
            yaml.append("  - id: %s%n    url: %s%n".formatted(node.id(), urls.get(i)));
            yaml.append("    rpm: %d%n    bpm: %d%n".formatted(node.rpm(), node.bpm()));
            yaml.append("    max_in_flight: %d%n".formatted(node.maxInFlight()));
        }
        return yaml.toString();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) { // declared as such by Jetty's life cycle
            throw new IllegalStateException("the demo nodes did not stop", e);
        }
    }

    private void stopAfter(Exception e) {
        try {
            server.stop();
        } catch (Exception alsoStopping) { // declared as such by Jetty's life cycle
            e.addSuppressed(alsoStopping);
        }
    }
}
