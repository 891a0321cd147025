package dev.sluice.system;

import static org.awaitility.Awaitility.await;

import dev.sluice.worker.WorkerMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node-worker in a JVM of its own: it can be killed, and made to stand still. */
final class WorkerProcess implements AutoCloseable {

    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;
    private volatile boolean stopped;

    private WorkerProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static WorkerProcess start(Path dir, String bootstrapServers, Map<String, String> variables) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dlogback.configurationFile=logback.xml", // not that of the tests
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkerMain.class.getName()));
        try {
            Path output = Files.createTempFile(dir, "worker-", ".out");
            var builder = new ProcessBuilder(command);
            builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
            builder.environment().put("WORKER_PORT", "0");
            builder.environment().putAll(variables);
            builder.redirectErrorStream(true).redirectOutput(output.toFile());
            return new WorkerProcess(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has taken shards, or all are taken. */
    WorkerProcess ready() {
        await().atMost(STARTS_WITHIN)
                .until(() -> output().contains("takes shards") || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("the worker ended:\n" + output());
        }
        return this;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As a crash: SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGSTOP: it stands still until {@link #goOn}. */
    void standStill() {
        signal("STOP");
        stopped = true;
    }

    void goOn() {
        signal("CONT");
        stopped = false;
    }

    boolean standsStill() {
        return stopped;
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
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

    int exitCode() {
        try {
            if (!process.waitFor(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the worker has not ended:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All that it has printed. */
    String output() {
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
