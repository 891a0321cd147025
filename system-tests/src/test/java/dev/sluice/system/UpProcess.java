package dev.sluice.system;

import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.cli.SluiceMain;
import dev.sluice.cli.audit.AuditReport;
import dev.sluice.cli.audit.kafka.Audit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** {@code sluice up} in a JVM of its own, which can be killed. */
final class UpProcess implements AutoCloseable {

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;

    private UpProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts it on free ports, which {@code environment} may set. */
    static UpProcess start(Path dir, Map<String, String> environment, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SluiceMain.class.getName(),
                        "up",
                        "--data",
                        dir.resolve("data").toString()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(dir, "up-", ".out");
            var builder = new ProcessBuilder(command);
            for (String part : List.of("LB", "STATS", "WORKER", "MONITOR", "KAFKA")) {
                builder.environment().put(part + "_PORT", "0");
            }
            builder.environment().putAll(environment);
            builder.redirectErrorStream(true).redirectOutput(output.toFile());
            return new UpProcess(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it says that it is ready. */
    UpProcess ready() {
        await().atMost(ENDS_WITHIN)
                .until(() -> output().contains("Ctrl-C stops") || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("up ended:\n" + output());
        }
        return this;
    }

    /** A client of the service that it printed under this name. */
    Client client(String service) {
        var line = Pattern.compile("(?m)^  " + service + " +(http://\\S+)").matcher(output());
        if (!line.find()) {
            throw new AssertionError("no " + service + " in:\n" + output());
        }
        return new Client(line.group(1));
    }

    /** What its log says by now. */
    AuditReport audit() throws LogReadException, InterruptedException {
        var line = Pattern.compile("(?m)^  Kafka +(\\S+:\\d+)").matcher(output());
        if (!line.find()) {
            throw new AssertionError("no Kafka in:\n" + output());
        }
        var settings = Settings.of(Map.of("KAFKA_BOOTSTRAP_SERVERS", line.group(1)), Map.of());
        var kafka = KafkaSettings.read(settings, KafkaClients.knownKeys());
        return Audit.run(kafka, InstantSource.system().instant());
    }

    /** As a crash: SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Its exit code, once it has ended. */
    int exitCode() {
        try {
            if (!process.waitFor(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("up has not ended:\n" + output());
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
