package dev.sluice.cli.up;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.cli.nodes.NodesClient;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/**
 * Load on a stack in this process, so that the AOT cache which its JVM leaves knows what is called
 * often (JEP 515) and later starts compile it early.
 */
public final class Rehearsal {

    private static final int CLIENTS = 16;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String BODY = "x".repeat(1024);

    private final Ready stack;
    private final NanoClock nanos;

    /** For a stack with demo nodes and a token of its own. */
    public Rehearsal(Ready stack, NanoClock nanos) {
        this.stack = stack;
        this.nanos = nanos;
    }

    /**
     * Sends requests for so long, and waits for the result of each.
     *
     * @return how many were answered
     * @throws StartException if the stack does not do what is asked of it
     */
    public long run(Duration duration) throws StartException, InterruptedException {
        openTheFirstNode();
        long until = nanos.nanoTime() + duration.toNanos();
        long answered = 0;
        try (var client = HttpClient.newHttpClient();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var clients = new ArrayList<Callable<Long>>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(() -> send(client, until));
            }
            for (var sent : threads.invokeAll(clients)) {
                answered += sent.get();
            }
        } catch (ExecutionException e) {
            throw new StartException("the rehearsal failed: " + e.getCause(), e);
        }
        return answered;
    }

    /** Demo nodes enforce nothing: what limits this one is what the monitor has of it. */
    private void openTheFirstNode() throws StartException {
        Secret token =
                stack.adminToken()
                        .orElseThrow(() -> new StartException("the rehearsal has no admin token"))
                        .token();
        var monitor = new NodesClient(URI.create(stack.urls().monitor()));
        URI node = URI.create(monitor.list().at("/nodes/0/url").asString());
        var open =
                new NodeSpec(
                        "demo-a",
                        PoolName.DEFAULT,
                        node,
                        1_000_000,
                        100_000_000_000L,
                        4 * CLIENTS,
                        Optional.empty());
        if (monitor.put(open, token) instanceof NodesClient.Change.Refused(String why)) {
            throw new StartException("the rehearsal's node was refused: " + why);
        }
    }

    private long send(HttpClient client, long until) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(stack.urls().ingress() + "/"))
                        .timeout(TIMEOUT)
                        .header("Prefer", "wait=10")
                        .POST(BodyPublishers.ofString(BODY))
                        .build();
        long sent = 0;
        while (nanos.nanoTime() - until < 0) {
            int status = client.send(request, BodyHandlers.ofByteArray()).statusCode();
            if (status != 200) {
                throw new IOException("the ingress answered " + status);
            }
            sent++;
        }
        return sent;
    }
}
