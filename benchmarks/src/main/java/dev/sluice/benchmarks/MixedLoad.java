package dev.sluice.benchmarks;

import dev.sluice.protocol.ProtocolJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Puts requests of mixed sizes and types into the queue, and then compares each result, byte for
 * byte, with what an echoing node must have answered. The demo nodes of {@code sluice up} do.
 *
 * <p>It ends with exit code 1 if a single one is missing or different, or if a node has seen more
 * than its limit in any 60 s. The same seed makes the same requests.
 */
@Command(name = "mixed-load", mixinStandardHelpOptions = true)
public final class MixedLoad implements Callable<Integer> {

    private static final int MAX_BYTES = 900 * 1024;
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
    private static final int TRIES = 120;

    @Option(names = "--url", defaultValue = "http://127.0.0.1:7100", description = "the ingress")
    URI url = URI.create("http://127.0.0.1:7100");

    @Option(names = "--nodes", split = ",", description = "demo nodes, for their own counts")
    List<URI> nodes = List.of();

    @Option(names = "--requests", defaultValue = "10000")
    int requests = 10_000;

    @Option(names = "--clients", defaultValue = "32", description = "at one time")
    int clients = 32;

    @Option(names = "--seed", defaultValue = "1")
    long seed = 1;

    @Option(names = "--ids", description = "write the ids here; with --collect, read them")
    Path ids = Path.of("");

    @Option(names = "--collect", description = "only collect the results of an earlier run's ids")
    boolean collectOnly;

    @Option(names = "--post-only", description = "only put the requests into the queue")
    boolean postOnly;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger repeatedPosts = new AtomicInteger();

    /** A request that was accepted. */
    private record Accepted(int number, String id) {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new MixedLoad()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        List<Accepted> accepted = collectOnly ? readIds() : post();
        if (postOnly) {
            return 0;
        }
        long began = System.nanoTime();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        forEach(
                accepted,
                one -> {
                    String problem = collect(one);
                    if (!problem.isEmpty()) {
                        wrong.add(one.id + ": " + problem);
                    }
                });
        System.out.printf(
                "%d results compared, %d missing or different, %.1f s%n",
                accepted.size(), wrong.size(), seconds(began));
        wrong.stream().limit(10).forEach(System.out::println);
        return wrong.isEmpty() && nodesWithinLimits() ? 0 : 1;
    }

    private List<Accepted> post() throws Exception {
        long began = System.nanoTime();
        var accepted = new ConcurrentLinkedQueue<Accepted>();
        var numbers = new ArrayList<Integer>();
        for (int i = 0; i < requests; i++) {
            numbers.add(i);
        }
        forEach(numbers, number -> accepted.add(new Accepted(number, post(number))));
        System.out.printf(
                "%d requests with %.1f MB accepted in %.1f s; %d posts were repeated%n",
                accepted.size(), bytes.get() / 1e6, seconds(began), repeatedPosts.get());
        if (!ids.toString().isEmpty()) {
            Files.write(ids, accepted.stream().map(one -> one.number + " " + one.id).toList());
        }
        return List.copyOf(accepted);
    }

    private List<Accepted> readIds() throws IOException {
        return Files.readAllLines(ids).stream()
                .map(line -> line.split(" ", 2))
                .map(parts -> new Accepted(Integer.parseInt(parts[0]), parts[1]))
                .toList();
    }

    private String post(int number) throws IOException, InterruptedException {
        byte[] body = body(number);
        bytes.addAndGet(body.length);
        var request =
                HttpRequest.newBuilder(url.resolve("/queue/default/mixed/" + number))
                        .header("Content-Type", type(number))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        for (int i = 0; i < TRIES; i++) {
            try {
                HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
                if (answer.statusCode() == 202) {
                    return ProtocolJson.mapper().readTree(answer.body()).required("id").asString();
                }
                if (answer.statusCode() != 429 && answer.statusCode() != 503) {
                    throw new IOException("not accepted: " + answer.statusCode());
                }
            } catch (java.net.ConnectException e) {
                System.err.println("the ingress is away: " + e);
            }
            repeatedPosts.incrementAndGet();
            Thread.sleep(TRY_AGAIN);
        }
        throw new IOException("not accepted after " + TRIES + " tries");
    }

    /** What is wrong with the result; empty if nothing. */
    private String collect(Accepted one) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(url.resolve("/requests/" + one.id + "/response?wait=60"))
                        .build();
        String last = "";
        for (int i = 0; i < TRIES; i++) {
            try {
                HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
                if (answer.statusCode() == 200) {
                    return compare(one.number, answer);
                }
                last =
                        answer.statusCode()
                                + " "
                                + new String(
                                        answer.body(), java.nio.charset.StandardCharsets.UTF_8);
                if (answer.statusCode() != 409 && answer.statusCode() != 503) {
                    return last;
                }
            } catch (java.net.ConnectException e) {
                last = e.toString();
                Thread.sleep(TRY_AGAIN);
            }
        }
        return "no result: " + last;
    }

    private String compare(int number, HttpResponse<byte[]> answer) {
        byte[] expected = body(number);
        if (expected.length == 0) {
            return ""; // the demo nodes describe an empty request in words of their own
        }
        if (!Arrays.equals(expected, answer.body())) {
            return "another body: %d bytes, not %d"
                    .formatted(answer.body().length, expected.length);
        }
        String type = answer.headers().firstValue("Content-Type").orElse("");
        // the space after ';' may go on the way: the same media type (RFC 9110, section 8.3.1)
        return type.replace("; ", ";").equals(type(number).replace("; ", ";"))
                ? ""
                : "another type: " + type;
    }

    private boolean nodesWithinLimits() throws IOException, InterruptedException {
        boolean within = true;
        for (URI node : nodes) {
            var request = HttpRequest.newBuilder(node.resolve("/stats")).build();
            String stats = http.send(request, BodyHandlers.ofString()).body();
            System.out.println(stats);
            within &= !ProtocolJson.mapper().readTree(stats).required("exceeded").asBoolean();
        }
        return within;
    }

    private Random random(int number) {
        return new Random(seed * 1_000_003 + number);
    }

    private String type(int number) {
        return switch (number % 3) {
            case 0 -> "text/plain; charset=utf-8";
            case 1 -> "application/json";
            default -> "application/octet-stream";
        };
    }

    /** One in twenty is empty; half are below 4 KiB, the others up to 900 KiB. */
    private byte[] body(int number) {
        Random random = random(number);
        int size =
                switch (random.nextInt(20)) {
                    case 0 -> 0;
                    case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 -> random.nextInt(4 * 1024);
                    default -> random.nextInt(MAX_BYTES + 1);
                };
        var body = new byte[size];
        switch (number % 3) {
            case 0 -> Arrays.fill(body, (byte) ('a' + number % 26));
            case 1 -> {
                Arrays.fill(body, (byte) '7');
                if (size >= 2) {
                    body[0] = '[';
                    body[size - 1] = ']';
                }
            }
            default -> random.nextBytes(body);
        }
        return body;
    }

    /** One thing to do, which may fail. */
    @FunctionalInterface
    private interface Task<T> {
        void run(T item) throws Exception;
    }

    private <T> void forEach(List<T> items, Task<T> task) throws Exception {
        var queue = new ConcurrentLinkedQueue<>(items);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < clients; i++) {
                running.add(
                        threads.submit(
                                () -> {
                                    for (T item = queue.poll(); item != null; item = queue.poll()) {
                                        task.run(item);
                                    }
                                    return null;
                                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a client failed: " + e.getCause(), e);
        }
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
