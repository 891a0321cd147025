package dev.sluice.benchmarks.speed;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One process of a benchmark, which knows how much CPU time it has taken. */
public final class Part implements AutoCloseable {

    private static final long STOP_SECONDS = 15;

    private final String name;
    private final Process process;

    private Part(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /**
     * Starts a class of this class path in a JVM of its own.
     *
     * @param log where it says what it has to say
     * @param options of the JVM
     * @param variables its settings
     */
    public static Part java(
            String name,
            Path log,
            List<String> options,
            Map<String, String> variables,
            Class<?> main,
            String... arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+ExitOnOutOfMemoryError"); // as wherever our services are started
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return start(name, log, variables, command);
    }

    /** Starts a program. */
    public static Part start(
            String name, Path log, Map<String, String> variables, List<String> command)
            throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(variables);
        return new Part(name, builder.redirectOutput(log.toFile()).start());
    }

    public String name() {
        return name;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The CPU time that it has taken so far, of all cores together. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** SIGTERM, and by force if that takes too long. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
