package dev.sluice.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program of ours in a JVM of its own, with all that it prints: waited for, stopped, killed. */
class JavaProcess implements AutoCloseable {

    static {
        Patience.set();
    }

    // what takes longer hangs, even on a machine that is full
    private static final Duration TAKES_AT_MOST = Duration.ofMinutes(2);

    private final String name;
    private final Process process;
    private final Path output;

    /**
     * Starts it, with the class path of the tests.
     *
     * @param name in messages, and of the file in {@code dir} that gets what it prints
     * @param command further options of the JVM, the main class and its arguments
     */
    JavaProcess(Path dir, String name, List<String> command, Map<String, String> environment) {
        var all = new ArrayList<String>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // many of them on a small machine, and none for long
        all.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        all.addAll(List.of("-cp", System.getProperty("java.class.path")));
        all.addAll(command);
        try {
            this.name = name;
            this.output = Files.createTempFile(dir, name + "-", ".out");
            var builder = new ProcessBuilder(all);
            builder.environment().putAll(environment);
            builder.redirectErrorStream(true).redirectOutput(output.toFile());
            this.process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has printed this. */
    final void awaitOutput(String text) {
        await().atMost(TAKES_AT_MOST).until(() -> output().contains(text) || !isAlive());
        if (!isAlive()) {
            throw new AssertionError(name + " ended:\n" + output());
        }
    }

    final long pid() {
        return process.pid();
    }

    final boolean isAlive() {
        return process.isAlive();
    }

    /** As a crash: SIGKILL. */
    final void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** SIGTERM. */
    final void terminate() {
        process.destroy();
    }

    /** Sends a signal by its name. */
    final void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Its exit code, once it has ended. */
    final int exitCode() {
        try {
            if (!process.waitFor(TAKES_AT_MOST.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " has not ended:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All that it has printed. */
    final String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
