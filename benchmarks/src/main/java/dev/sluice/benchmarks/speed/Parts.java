package dev.sluice.benchmarks.speed;

import dev.sluice.benchmarks.http.NoOpEndpoint;
import dev.sluice.benchmarks.kafka.BrokerAlone;
import dev.sluice.ingress.IngressMain;
import dev.sluice.monitor.MonitorMain;
import dev.sluice.worker.WorkerMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole Sluice in processes of its own, one for each service, with nginx as its node and a no-op
 * endpoint beside it.
 */
public final class Parts implements AutoCloseable {

    private static final int TRIES = 1_200; // of 100 ms
    private static final String TOKEN = "benchmark";

    /**
     * Where they listen.
     *
     * @param first of six ports in a row
     */
    public record Ports(int first) {

        int broker() {
            return first;
        }

        int ingress() {
            return first + 1;
        }

        int worker() {
            return first + 2;
        }

        int monitor() {
            return first + 3;
        }

        public int node() {
            return first + 4;
        }

        int noOp() {
            return first + 5;
        }
    }

    private final Ports ports;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Part> parts = new ArrayList<>();

    private Parts(Ports ports) {
        this.ports = ports;
    }

    /**
     * Starts them, and returns when a request goes through.
     *
     * @param directory for data and what they say
     * @param options of each JVM, by the name of its part
     * @param workers how many processes of them
     * @param answerBytes of the node's answers
     */
    public static Parts start(
            Ports ports, Path directory, Map<String, String> options, int workers, int answerBytes)
            throws IOException, InterruptedException {
        var parts = new Parts(ports);
        // also if the benchmark is ended from outside
        Runtime.getRuntime().addShutdownHook(new Thread(parts::close));
        try {
            parts.launch(directory, options, workers, answerBytes);
            return parts;
        } catch (IOException | InterruptedException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private void launch(Path directory, Map<String, String> options, int workers, int answerBytes)
            throws IOException, InterruptedException {
        Path data = Files.createDirectories(directory.resolve("data"));
        parts.add(Nginx.start(directory.resolve("node"), ports.node(), answerBytes));
        var main = new LinkedHashMap<String, Class<?>>();
        main.put("broker", BrokerAlone.class);
        main.put("no-op", NoOpEndpoint.class);
        main.put("monitor", MonitorMain.class);
        main.put("worker", WorkerMain.class);
        main.put("ingress", IngressMain.class);
        var arguments =
                Map.of(
                        "broker", List.of(Integer.toString(ports.broker()), data.toString()),
                        "no-op", List.of(Integer.toString(ports.noOp())));
        for (Map.Entry<String, Class<?>> entry : main.entrySet()) {
            String name = entry.getKey();
            List<String> jvm =
                    Arrays.asList(options.getOrDefault(name, "-Xmx512m").strip().split(" +", -1));
            int count = name.equals("worker") ? workers : 1;
            for (int i = 1; i <= count; i++) {
                parts.add(
                        Part.java(
                                name,
                                directory.resolve(name + (i == 1 ? "" : "-" + i) + ".log"),
                                jvm,
                                variables(i),
                                entry.getValue(),
                                arguments.getOrDefault(name, List.of()).toArray(String[]::new)));
            }
            if (name.equals("broker")) {
                awaitBroker();
            }
        }
        await(URI.create("http://127.0.0.1:" + ports.monitor() + "/health"));
        await(ingress("/lb-health?ready"));
        await(URI.create("http://127.0.0.1:" + ports.worker() + "/health"));
    }

    /** The settings of a part; of several that are alike the first has the port that is known. */
    private Map<String, String> variables(int number) {
        var variables = new HashMap<String, String>();
        variables.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + ports.broker());
        variables.put("LB_PORT", Integer.toString(ports.ingress()));
        variables.put("WORKER_PORT", number == 1 ? Integer.toString(ports.worker()) : "0");
        variables.put("MONITOR_PORT", Integer.toString(ports.monitor()));
        variables.put("SLUICE_ADMIN_TOKEN", TOKEN);
        // a queue that is filled to be drained later is to be as long as it gets
        variables.put("QUEUE_MAX_DRAIN_SECONDS", "31536000");
        return variables;
    }

    /** A path of the ingress. */
    public URI ingress(String path) {
        return URI.create("http://127.0.0.1:" + ports.ingress() + path);
    }

    /** The no-op endpoint. */
    public URI noOp() {
        return URI.create("http://127.0.0.1:" + ports.noOp() + "/");
    }

    /** The node itself. */
    public URI node() {
        return URI.create("http://127.0.0.1:" + ports.node() + "/");
    }

    /** Requests that the node has had so far. */
    public long nodeCount() throws IOException, InterruptedException {
        return Nginx.count(client, ports.node());
    }

    /** Makes the node a pool's only one, at this many requests a minute. */
    public void node(String pool, long perMinute, int maxInFlight)
            throws IOException, InterruptedException {
        URI at = URI.create("http://127.0.0.1:" + ports.monitor() + "/nodes/node-" + pool);
        String spec =
                """
                {"pool": "%s", "url": "http://127.0.0.1:%d", "rpm": %d, "bpm": 1000000000000,
                 "max_in_flight": %d}"""
                        .formatted(pool, ports.node(), perMinute, maxInFlight);
        var request =
                HttpRequest.newBuilder(at)
                        .header("Authorization", "Bearer " + TOKEN)
                        .PUT(BodyPublishers.ofString(spec))
                        .build();
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() > 201) {
            throw new IllegalStateException(answer.body());
        }
    }

    /** The CPU time of each part so far, by its name; of all workers together. */
    public Map<String, Duration> cpu() {
        var cpu = new LinkedHashMap<String, Duration>();
        parts.forEach(part -> cpu.merge(part.name(), part.cpu(), Duration::plus));
        return cpu;
    }

    private void awaitBroker() throws InterruptedException {
        for (int tries = 0; tries < TRIES; tries++) {
            try (var socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.broker()));
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException("the broker does not listen");
    }

    private void await(URI at) throws InterruptedException {
        var request = HttpRequest.newBuilder(at).timeout(Duration.ofSeconds(5)).build();
        for (int tries = 0; tries < TRIES; tries++) {
            try {
                if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                if (!parts.stream().allMatch(Part::isAlive)) {
                    throw new IllegalStateException("a part has ended: see its log", e);
                }
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("no answer from " + at);
    }

    @Override
    public void close() {
        parts.reversed().forEach(Part::close);
        client.close();
    }
}
