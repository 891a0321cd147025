package dev.sluice.benchmarks.speed;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A run of {@code wrk}, the load generator: one thread, so many connections, so many seconds. */
public final class Wrk {

    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
    private static final Pattern MEDIAN = Pattern.compile("50%\\s+([0-9.]+)(us|ms|s)");
    private static final Pattern BAD =
            Pattern.compile("Non-2xx or 3xx responses|Socket errors: .*");

    /**
     * What it measured.
     *
     * @param perSecond answers
     * @param requests answers in all
     * @param medianMillis from the request to its answer
     */
    public record Load(double perSecond, long requests, double medianMillis) {}

    private Wrk() {}

    /**
     * Runs it.
     *
     * @param script in Lua, for requests that are more than a GET
     * @throws IllegalStateException if an answer was none of 2xx or 3xx
     */
    public static Load run(URI at, int connections, int seconds, Optional<Path> script)
            throws IOException, InterruptedException {
        return run(at, connections, seconds, script, false);
    }

    /** The same, whatever the answers are: a service that is cold may refuse some. */
    public static Load warmUp(URI at, int connections, int seconds, Optional<Path> script)
            throws IOException, InterruptedException {
        return run(at, connections, seconds, script, true);
    }

    private static Load run(
            URI at, int connections, int seconds, Optional<Path> script, boolean anyAnswer)
            throws IOException, InterruptedException {
        var command =
                new ArrayList<>(List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s"));
        command.addAll(List.of("--latency", "--timeout", "30s"));
        script.ifPresent(file -> command.addAll(List.of("-s", file.toString())));
        command.add(at.toString());
        Process wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher rate = RATE.matcher(said);
        Matcher requests = REQUESTS.matcher(said);
        Matcher median = MEDIAN.matcher(said);
        if (wrk.waitFor() != 0
                || (!anyAnswer && BAD.matcher(said).find())
                || !rate.find()
                || !requests.find()
                || !median.find()) {
            throw new IllegalStateException(at + ": " + said);
        }
        return new Load(
                Double.parseDouble(rate.group(1)),
                Long.parseLong(requests.group(1)),
                Double.parseDouble(median.group(1)) * millis(median.group(2)));
    }

    private static double millis(String unit) {
        return switch (unit) {
            case "us" -> 0.001;
            case "ms" -> 1;
            default -> 1_000;
        };
    }
}
