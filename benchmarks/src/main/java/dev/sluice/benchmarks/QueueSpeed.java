package dev.sluice.benchmarks;

import dev.sluice.benchmarks.http.DirectSends;
import dev.sluice.benchmarks.speed.Measured;
import dev.sluice.benchmarks.speed.Parts;
import dev.sluice.benchmarks.speed.Wrk;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the queue path beside what it would cost without a queue, in turns: appends beside a
 * no-op endpoint, the drain of a backlog beside the same HTTP client alone, and requests that wait
 * for their answer. Each service is a process of its own. It needs {@code nginx} and {@code wrk}.
 */
@Command(name = "queue-speed", mixinStandardHelpOptions = true)
public final class QueueSpeed implements Callable<Integer> {

    private static final long OPEN = 10_000_000; // requests a minute: more than anybody sends
    private static final long SHUT = 1;
    private static final int IN_FLIGHT = 64;

    @Option(names = "--first-port", defaultValue = "18400", description = "of six in a row")
    int firstPort = 18_400;

    @Option(names = "--body-bytes", defaultValue = "1024", description = "of requests and answers")
    int bodyBytes = 1_024;

    @Option(names = "--connections", defaultValue = "64")
    int connections = 64;

    @Option(names = "--seconds", defaultValue = "5", description = "of each load in a turn")
    int seconds = 5;

    @Option(names = "--turns", defaultValue = "5", description = "the medians of them count")
    int turns = 5;

    @Option(names = "--warm-up-turns", defaultValue = "2", description = "before those")
    int warmUpTurns = 2;

    @Option(names = "--workers", defaultValue = "1", description = "processes of them")
    int workers = 1;

    @Option(
            names = "--loads",
            split = ",",
            defaultValue = "no-op,ingest,drain,direct,wait,wait-1",
            description = "which, of these: ${DEFAULT-VALUE}; drain needs ingest")
    Set<String> loads = Set.of();

    @Option(
            names = "--options",
            paramLabel = "PART=OPTIONS",
            description = "of a part's JVM: broker, ingress, worker, monitor, no-op")
    Map<String, String> options = new HashMap<>();

    @Option(names = "--directory", description = "for data and logs; default: a new one")
    Optional<Path> directory = Optional.empty();

    private final Map<String, List<Measured>> measured = new LinkedHashMap<>();
    private boolean warm;
    private long queued; // and not drained

    public static void main(String[] args) {
        System.exit(new CommandLine(new QueueSpeed()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path at = directory.orElse(Files.createTempDirectory("queue-speed"));
        System.out.println("data and logs: " + at);
        Path post = script(at, "post.lua", "");
        Path wait = script(at, "wait.lua", "wrk.headers['Prefer'] = 'wait=30'\n");
        try (var parts = Parts.start(new Parts.Ports(firstPort), at, options, workers, bodyBytes);
                var direct = new DirectSends()) {
            parts.node("default", OPEN, 1_000);
            parts.node("held", SHUT, IN_FLIGHT);
            TimeUnit.SECONDS.sleep(2); // every service sees the nodes by then
            for (int turn = 1 - warmUpTurns; turn <= turns; turn++) {
                warm = turn > 0;
                System.out.println(turn < 1 ? "warm-up" : "turn " + turn);
                load(parts, "no-op", parts.noOp(), connections, post);
                load(parts, "ingest", parts.ingress("/queue/held/"), connections, post);
                drain(parts);
                sends(parts, direct);
                load(parts, "wait", parts.ingress("/"), connections, wait);
                load(parts, "wait-1", parts.ingress("/"), 1, wait);
            }
            report();
        }
        return 0;
    }

    private Path script(Path at, String name, String more) throws IOException {
        String text =
                "wrk.method = 'POST'\nwrk.body = string.rep('x', %d)\n".formatted(bodyBytes)
                        + "wrk.headers['Content-Type'] = 'text/plain'\n"
                        + more;
        return Files.writeString(Files.createDirectories(at).resolve(name), text);
    }

    private void load(Parts parts, String name, URI to, int connections, Path script)
            throws IOException, InterruptedException {
        if (!loads.contains(name)) {
            return;
        }
        var before = parts.cpu();
        Optional<Path> of = Optional.of(script);
        Wrk.Load load =
                warm
                        ? Wrk.run(to, connections, seconds, of)
                        : Wrk.warmUp(to, connections, seconds, of);
        note(name, parts, before, load.requests(), load.perSecond(), load.medianMillis());
        if (name.equals("ingest")) {
            queued += load.requests();
        }
    }

    /** Lets the pool that holds them go, until its node has had what was queued. */
    private void drain(Parts parts) throws IOException, InterruptedException {
        if (!loads.contains("drain")) {
            return;
        }
        TimeUnit.MILLISECONDS.sleep(500); // the worker has read what it may hold
        long start = parts.nodeCount();
        var before = parts.cpu();
        parts.node("held", OPEN, IN_FLIGHT);
        long seen = start;
        while (seen - start < queued / 20) { // until then the change is on its way
            TimeUnit.MILLISECONDS.sleep(5);
            seen = parts.nodeCount();
        }
        long began = System.nanoTime();
        long first = seen;
        // some that a monitor asks are among them, and one that went while the pool was held
        while (seen - start < queued - 2) {
            TimeUnit.MILLISECONDS.sleep(5);
            seen = parts.nodeCount();
        }
        double took = (System.nanoTime() - began) / 1e9;
        TimeUnit.MILLISECONDS.sleep(300); // the last results are in the log
        note("drain", parts, before, queued, (seen - first) / took, 0);
        parts.node("held", SHUT, IN_FLIGHT);
        queued = 0;
        TimeUnit.SECONDS.sleep(1);
    }

    private void sends(Parts parts, DirectSends direct) throws InterruptedException {
        if (!loads.contains("direct")) {
            return;
        }
        byte[] body = "x".repeat(bodyBytes).getBytes(StandardCharsets.US_ASCII);
        var before = parts.cpu();
        Duration own = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        long sent = direct.run(parts.node(), body, IN_FLIGHT, seconds);
        before.put("client", own);
        note("direct", parts, before, sent, (double) sent / seconds, 0);
    }

    private void note(
            String name,
            Parts parts,
            Map<String, Duration> before,
            long requests,
            double perSecond,
            double medianMillis) {
        var after = parts.cpu();
        if (before.containsKey("client")) {
            after.put(
                    "client",
                    ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO));
        }
        var micros = new LinkedHashMap<String, Double>();
        before.forEach(
                (part, cpu) ->
                        micros.put(
                                part,
                                (after.getOrDefault(part, cpu).minus(cpu).toNanos() / 1e3)
                                        / Math.max(1, requests)));
        var one = new Measured(perSecond, medianMillis, micros);
        System.out.printf("  %-7s %s%n", name, one);
        if (warm) {
            measured.computeIfAbsent(name, n -> new ArrayList<>()).add(one);
        }
    }

    private void report() {
        System.out.println("medians");
        var medians = new LinkedHashMap<String, Measured>();
        measured.forEach((name, all) -> medians.put(name, Measured.median(all)));
        medians.forEach((name, one) -> System.out.printf("  %-7s %s%n", name, one));
        ratio("ingest", "no-op");
        ratio("drain", "direct");
    }

    /** The median of the ratios of the turns: the machine is not the same in all of them. */
    private void ratio(String one, String other) {
        List<Measured> ones = measured.getOrDefault(one, List.of());
        List<Measured> others = measured.getOrDefault(other, List.of());
        var ratios = new ArrayList<Double>();
        for (int turn = 0; turn < Math.min(ones.size(), others.size()); turn++) {
            ratios.add(ones.get(turn).perSecond() / others.get(turn).perSecond());
        }
        if (!ratios.isEmpty()) {
            System.out.printf("  %s ÷ %s  %.2f%n", one, other, Measured.middle(ratios));
        }
    }
}
