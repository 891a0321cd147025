package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A {@code sluice up} in a JVM of its own, on free ports unless told otherwise. */
final class UpProcess implements AutoCloseable {

    // the machine may be busy with other tests; a start takes seconds
    private static final Duration LONG = Duration.ofSeconds(90);

    private final Process process;
    private final Path out;
    private final Path err;

    private UpProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static UpProcess begin(Path logs, Map<String, String> environment, String... args)
            throws IOException {
        Path out = Files.createTempFile(logs, "up", ".out");
        Path err = Files.createTempFile(logs, "up", ".err");
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SluiceMain.class.getName(),
                                "up"));
        command.addAll(List.of(args));
        var builder =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        var all = new HashMap<String, String>();
        for (String section : List.of("LB", "STATS", "WORKER", "MONITOR", "KAFKA", "DEMO")) {
            all.put(section + "_PORT", "0");
        }
        all.putAll(environment);
        builder.environment().putAll(all);
        return new UpProcess(builder.start(), out, err);
    }

    UpProcess awaitReady() {
        await().atMost(LONG).until(() -> out().contains("Sluice is ready") || !process.isAlive());
        assertThat(process.isAlive()).as(() -> out() + err()).isTrue();
        return this;
    }

    /** The URL that stands behind this name in what was printed. */
    String url(String name) {
        var line = Pattern.compile("^ +" + name + " +(http\\S+)", Pattern.MULTILINE).matcher(out());
        assertThat(line.find()).as(() -> name + " in " + out()).isTrue();
        return line.group(1);
    }

    /** SIGTERM, and its exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
